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

function isPlain(path) {
    for (var round = 0; round < 4; round++) {
        if (hasDotSegment(path)) {
            return false;
        }
        var decoded;
        try {
            decoded = decodeURIComponent(path);
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

// Some origins take a backslash for a slash, and what follows a semicolon for parameters of the segment.
function hasDotSegment(path) {
    return path.split(/[\/\\]/).some(function (segment) {
        var name = segment.split(';')[0];
        return name === '.' || name === '..';
    });
}
