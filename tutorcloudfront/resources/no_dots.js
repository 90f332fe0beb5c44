// For origins that may resolve dot segments: a signature for /a/* is good for the path as it was sent, /a/../b among them,
// so none of these may reach the origin. What an origin could decode is decoded, more than once, before looking.
function handler(event) {
    var request = event.request;
    return isPlain(request.uri) ? request : {
        statusCode: 403,
        statusDescription: 'Forbidden',
        headers: { 'cache-control': { value: 'no-store' } }
    };
}

var ROUNDS = 4;
// What some software takes for a dot, a slash or a backslash, or makes one of.
var DOTS = /[\u2024\uFE52\uFF0E]/g;
var TWO_DOTS = /\u2025/g;
var SLASHES = /[\\\u2044\u2215\u29F8\uFE68\uFF0F\uFF3C]/g;
var CONTROLS = /[\x00-\x1F\x7F]/;
// A segment that ends in dots and blanks is the same without them to some.
var DOT_SEGMENT = /^[.\s]*\.[.\s]*$/;

function isPlain(path) {
    for (var round = 0; round < ROUNDS; round++) {
        if (CONTROLS.test(path) || hasDotSegment(path)) {
            return false;
        }
        var decoded;
        try {
            // A percent sign that encodes nothing is one. Bytes that are no UTF-8 could be a dot to somebody.
            decoded = decodeURIComponent(path.replace(/%(?![0-9A-Fa-f]{2})/g, '%25'));
        } catch (error) {
            return false;
        }
        if (decoded === path) {
            return true;
        }
        path = decoded;
    }
    return false;
}

function hasDotSegment(path) {
    var folded = path.replace(DOTS, '.').replace(TWO_DOTS, '..').replace(SLASHES, '/');
    return folded.split('/').some(function (segment) {
        // What follows a semicolon are parameters of the segment to some.
        return DOT_SEGMENT.test(segment.split(';')[0]);
    });
}
