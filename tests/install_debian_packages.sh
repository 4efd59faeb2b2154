#!/bin/sh
# Installs the Debian packages the tests use when it may; else names them, and the tests that need them are skipped.
missing=""
command -v chromium >/dev/null || missing="$missing chromium"
command -v ip >/dev/null || missing="$missing iproute2"
tesseract --list-langs 2>/dev/null | grep -qx deu || missing="$missing tesseract-ocr tesseract-ocr-deu"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian packages for the tests:$missing"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >/dev/null && exit 0
fi
echo "NOT INSTALLED:$missing. The tests that need them are skipped. Install with: sudo apt-get install$missing"
