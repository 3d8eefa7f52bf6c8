#!/bin/sh
# Writes the settings and secrets of compose.yaml, once: sudo sh prepare.sh NAME RELAY SENDER
# Such as: sudo sh prepare.sh login.example.com mail.example.com login@example.com
set -eu

if [ $# -ne 3 ]; then
    echo "Usage: sudo sh $0 NAME RELAY SENDER (the public name, the mail relay, the sender of mails)" >&2
    exit 2
fi

for word in "$@"; do
    case $word in
        '' | *[!A-Za-z0-9.@_-]*) echo "\"$word\" is no name and no mail address." >&2; exit 2 ;;
    esac
done

cd "$(dirname "$0")"
if [ -e settings ]; then
    echo "There is $PWD/settings already. It holds the key to the database: nothing was changed." >&2
    exit 1
fi

if [ "$(id -u)" -ne 0 ]; then
    echo "Only root can give the files to the account of the container. Nothing was changed." >&2
    exit 1
fi

umask 077
mkdir settings
head -c 32 /dev/urandom | base64 > settings/passphrase
head -c 24 /dev/urandom | od -An -v -t x1 | tr -d ' \n' > settings/database-password
printf '*:*:sso:sso:%s\n' "$(cat settings/database-password)" > settings/pgpass
sed -e "s|\"Issuer\": \"[^\"]*\"|\"Issuer\": \"https://$1\"|" -e "s|\"Host\": \"[^\"]*\", \"From\": \"[^\"]*\"|\"Host\": \"$2\", \"From\": \"$3\"|" \
    appsettings.json > settings/appsettings.json
# The account of the image (Dockerfile).
chown 1654:1654 settings/passphrase settings/pgpass settings/appsettings.json
install -d -m 700 -o 1654 -g 1654 backups
umask 022
printf 'SSO_HOST=%s\n' "$1" > .env
echo "Written: $PWD/settings and $PWD/.env. Keep a copy of settings/passphrase elsewhere: without it nobody opens what is in the database."
