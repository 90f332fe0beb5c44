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

step 'A platform with micro-frontends, which are to be served through CloudFront as well. Its config.yml:'
cat >"$TUTOR_ROOT/config.yml" <<'CONFIG'
LMS_HOST: learn.example.com
CMS_HOST: studio.learn.example.com
MFE_HOST: apps.learn.example.com
ENABLE_HTTPS: true
PLUGINS: []
CLOUDFRONT_EXTRA_DOMAINS:
  - domain: apps.learn.example.com
    alias: apps-origin.learn.example.com
    certificate_arn: arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012
CONFIG
cat "$TUTOR_ROOT/config.yml"

step 'The plugin is enabled.'
run tutor plugins enable mfe cloudfront
run tutor config save

step 'In place of AWS there is the sandbox, an emulated account. What follows runs in it:'
printf '$ tutor cloudfront sandbox -- …\n'
tutor cloudfront sandbox -- sh "$0" in-sandbox || fail "see above (exit status $?)"

step 'Done. All of it was in a temporary folder, which is removed now.'
