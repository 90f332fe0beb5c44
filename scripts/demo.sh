#!/bin/sh
# The plugin at work, from an empty Tutor root to a platform behind CloudFront, on an emulated AWS account.
#
# Run it with `make demo`. It needs neither an AWS account nor a running platform, touches no Tutor root but one of its
# own in a temporary folder, and stops with an error where anything turns out other than announced.
set -eu

step() { printf '\n== %s\n\n' "$*"; }
fail() { printf '\nThe demo failed: %s\n' "$*" >&2 && exit 1; }

# Show a command as one would type it, and run it.
run() {
    printf '$'
    for word in "$@"; do
        case "$word" in
            *[!A-Za-z0-9_./:=-]*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
    "$@"
}

# get_through_edge URL STATUS RESULT: show what the local edge answers for a URL, and stop where it is not as announced.
get_through_edge() {
    host=$(echo "$1" | cut -d / -f 3)
    printf "$ curl -i -H 'Host: %s' -H 'X-Forwarded-Proto: https' -H 'Origin: https://learn.example.com' '%s%s'\n" \
        "$host" "$CLOUDFRONT_EDGE_URL" "${1#https://"$host"}"
    python -c "$FETCH" "$1" >"$TUTOR_ROOT/answer" || fail "the local edge does not answer for $1"
    cat "$TUTOR_ROOT/answer"
    printf '\n'
    grep -q "^HTTP $2" "$TUTOR_ROOT/answer" || fail "the status is not $2"
    grep -iq "^X-Cache: $3 from cloudfront" "$TUTOR_ROOT/answer" || fail "X-Cache is not $3"
}

# As curl does it, which not every machine has.
FETCH='
import http.client, os, sys
from urllib.parse import urlsplit
url, edge = urlsplit(sys.argv[1]), urlsplit(os.environ["CLOUDFRONT_EDGE_URL"])
headers = {"Host": url.netloc, "X-Forwarded-Proto": url.scheme, "Origin": "https://learn.example.com"}
connection = http.client.HTTPConnection(edge.hostname, edge.port)
connection.request("GET", url.path + (f"?{url.query}" if url.query else ""), headers=headers)
answer = connection.getresponse()
print("HTTP", answer.status)
for name in ("Content-Type", "X-Cache", "Age", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"):
    if answer.headers[name]:
        print(f"{name}: {answer.headers[name]}")
print()
print(answer.read().decode(), end="")
'

# Each run of the sandbox is a new AWS account, so all that happens in one account is one command for it: this script
# again, with this argument.
if [ "${1:-}" = in-sandbox ]; then
    settings="$TUTOR_ROOT/env/apps/openedx/settings"

    step 'One command makes the CloudFront resources, waits for them, and points the platform at them.'
    run tutor cloudfront create-cloudfront-resources

    step 'LMS and Studio load their static files from CloudFront now:'
    for platform in lms cms; do
        run grep 'STATIC_URL = "https://.*\.cloudfront\.net/static/' "$settings/$platform/production.py" ||
            fail "STATIC_URL in $platform/production.py does not point at CloudFront"
    done

    step 'The same command again has nothing to do, and leaves config.yml as it is.'
    cp "$TUTOR_ROOT/config.yml" "$TUTOR_ROOT/config.yml.before"
    run tutor cloudfront create-cloudfront-resources
    cmp "$TUTOR_ROOT/config.yml.before" "$TUTOR_ROOT/config.yml" || fail 'the second run changed config.yml'

    step 'The plan agrees. Its exit status is for scripts: 0 nothing to do, 2 changes, 1 error.'
    run tutor cloudfront plan || fail "tutor cloudfront plan exited with $? where 0 was expected"

    step 'And the static files do come, through a local edge that does what CloudFront does: from the LMS, then from the cache.'
    url=$(sed -n 's/^STATIC_URL = "\(.*\)"$/\1/p' "$settings/lms/production.py")
    get_through_edge "${url}demo.css" 200 Miss
    get_through_edge "${url}demo.css" 200 Hit

    step 'A lecture is put into the private bucket. Nobody gets it without a signature:'
    python -c 'import boto3; boto3.client("s3").put_object(Bucket="acme-media", Key="lecture.txt", Body=b"Welcome!")'
    lecture=https://media.learn.example.com/lecture.txt
    get_through_edge $lecture 403 Error

    step 'With one, it is there. The LMS signs for those who may see the course; here the shell does.'
    printf '$ tutor cloudfront sign-url %s\n' $lecture
    signed=$(tutor cloudfront sign-url $lecture)
    get_through_edge "$signed" 200 Miss
    exit 0
fi

# Nothing of the caller's: no settings from the environment, no plugins of theirs.
for name in $(env | sed -n 's/^\(TUTOR_[A-Z0-9_]*\)=.*/\1/p'); do
    unset "$name"
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
export TUTOR_ROOT="$folder/root" TUTOR_PLUGINS_ROOT="$folder/plugins"
mkdir "$TUTOR_ROOT" "$TUTOR_PLUGINS_ROOT"

step 'A platform with micro-frontends, which are to be served through CloudFront as well, and with private course media in a bucket. Its config.yml:'
cat >"$TUTOR_ROOT/config.yml" <<'CONFIG'
LMS_HOST: learn.example.com
CMS_HOST: studio.learn.example.com
MFE_HOST: apps.learn.example.com
ENABLE_HTTPS: true
PLUGINS: []
CLOUDFRONT_CERTIFICATE_ARN: arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012
CLOUDFRONT_EXTRA_DOMAINS:
  - domain: apps.learn.example.com
    alias: apps-origin.learn.example.com
  - domain: media.learn.example.com
    bucket: acme-media
    access: signed
CONFIG
cat "$TUTOR_ROOT/config.yml"

step 'The plugin is enabled.'
run tutor plugins enable mfe cloudfront
run tutor config save

# A tiny web server stands in for the LMS.
mkdir -p "$folder/lms/static"
echo '.demo { color: teal; }' >"$folder/lms/static/demo.css"
python -u -m http.server --bind 127.0.0.1 --directory "$folder/lms" 0 >"$folder/lms.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$folder"' EXIT
port=
while [ -z "$port" ]; do
    kill -0 $server || fail 'the web server has not started'
    port=$(sed -n 's/^Serving HTTP on .* port \([0-9]*\) .*/\1/p' "$folder/lms.log")
    sleep 0.1
done

step 'In place of AWS there is the sandbox, an emulated account. What follows runs in it:'
printf '$ tutor cloudfront sandbox --origin learn.example.com=http://127.0.0.1:%s -- …\n' "$port"
tutor cloudfront sandbox --origin "learn.example.com=http://127.0.0.1:$port" -- sh "$0" in-sandbox ||
    fail "see above (exit status $?)"

step 'Done. All of it was in a temporary folder, which is removed now.'
