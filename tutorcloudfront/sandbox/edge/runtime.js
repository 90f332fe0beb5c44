// What CloudFront's JavaScript runtime 2.0 has, and the engine has not:
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
'use strict';
(function () {
    const logged = [];

    function text(value) {
        if (typeof value === 'string') {
            return value;
        }
        const json = JSON.stringify(value);
        return json === undefined ? String(value) : json;
    }

    function unescape(part) {
        try {
            return decodeURIComponent(part.replace(/\+/g, ' '));
        } catch (error) {
            return part;
        }
    }

    function parse(query, separator, equal) {
        const found = Object.create(null);
        query.split(separator || '&').filter(Boolean).forEach(function (part) {
            const pieces = part.split(equal || '=');
            const name = unescape(pieces.shift());
            const value = unescape(pieces.join(equal || '='));
            found[name] = name in found ? [].concat(found[name], value) : value;
        });
        return found;
    }

    function stringify(object, separator, equal) {
        const parts = [];
        Object.keys(object).forEach(function (name) {
            [].concat(object[name]).forEach(function (value) {
                parts.push(encodeURIComponent(name) + (equal || '=') + encodeURIComponent(value));
            });
        });
        return parts.join(separator || '&');
    }

    const querystring = {
        escape: encodeURIComponent, unescape: unescape,
        parse: parse, decode: parse, stringify: stringify, encode: stringify
    };
    const modules = { querystring: querystring };

    globalThis.require = function (name) {
        if (!Object.prototype.hasOwnProperty.call(modules, name)) {
            throw new Error('Cannot load module "' + name + '"');
        }
        return modules[name];
    };
    globalThis.console = {
        log: function () { logged.push(Array.prototype.map.call(arguments, text).join(' ')); }
    };
    Object.defineProperty(globalThis, '__logged', { value: logged });

    // Code is not made at run time, and the clock stands still.
    function refuse() {
        throw new EvalError('Code generation from strings disallowed for this context');
    }
    globalThis.eval = refuse;
    Object.defineProperty(Function.prototype, 'constructor', { value: refuse });
    globalThis.Function = refuse;
    const start = Date.now();
    const RealDate = Date;
    globalThis.Date = new Proxy(RealDate, {
        apply: function () { return new RealDate(start).toString(); },
        construct: function (target, values, made) {
            return Reflect.construct(target, values.length ? values : [start], made);
        }
    });
    Date.now = function () { return start; };
    Date.prototype.constructor = Date;
})();
