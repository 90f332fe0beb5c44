// Default behavior of the LMS and Studio distributions: what is no asset path is not there. Answering here, before
// any origin is asked, leaves no way around through dot segments or encodings.
function handler() {
    return {
        statusCode: 404,
        statusDescription: 'Not Found',
        headers: { 'cache-control': { value: 'no-store' } }
    };
}
