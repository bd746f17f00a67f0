#!/bin/sh
# Installs Wardroom from the wheelhouse this script lies in, without a network; --remove takes away what it installed.
#
#   install.sh [PREFIX]            as root, PREFIX is /opt/wardroom; as a user, ~/.local/share/wardroom/program
#   install.sh --remove [PREFIX]   forums, backups and settings stay
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
action=install
if [ "${1-}" = --remove ]; then action=remove; shift; fi
if [ "$(id -u)" = 0 ]; then
    prefix=${1:-/opt/wardroom} bin=/usr/local/bin share=/usr/local/share units=/etc/systemd/system kind=system
else
    prefix=${1:-$HOME/.local/share/wardroom/program} bin=$HOME/.local/bin share=$HOME/.local/share
    units=$HOME/.config/systemd/user kind=user
fi
data=$prefix/share
files="man/man1/wardroom.1 man/fr/man1/wardroom.1 bash-completion/completions/wardroom zsh/site-functions/_wardroom fish/vendor_completions.d/wardroom.fish"

if [ $action = remove ]; then
    for unit in "$data"/wardroom/systemd/$kind/*; do
        [ -L "$units/${unit##*/}" ] && rm -f "$units/${unit##*/}"
    done
    for file in $files; do
        [ -L "$share/$file" ] && rm -f "$share/$file"
    done
    [ -L "$bin/wardroom" ] && rm -f "$bin/wardroom"
    if [ $kind = system ]; then rm -f /usr/libexec/wardroom-kiosk /usr/libexec/wardroom-keys; fi
    rm -rf "$prefix"
    echo "Removed. Forums, backups, settings, sshd and sudo rules are as they were."
    exit 0
fi

(cd "$here" && sha256sum --quiet -c SHA256SUMS) || { echo "The wheelhouse is not what was packed; nothing was done." >&2; exit 1; }
${PYTHON:-python3} -m venv "$prefix"
"$prefix/bin/python3" -m pip install -q --disable-pip-version-check --no-index --find-links "$here" --require-hashes -r "$here/requirements.lock"
"$prefix/bin/python3" -m pip install -q --disable-pip-version-check --no-index --no-deps --force-reinstall "$here"/wardroom-*.whl
mkdir -p "$bin" "$units"
ln -sf "$prefix/bin/wardroom" "$bin/wardroom"
for file in $files; do
    mkdir -p "$share/${file%/*}"
    ln -sf "$data/$file" "$share/$file"
done
for unit in "$data"/wardroom/systemd/$kind/*; do
    ln -sf "$unit" "$units/${unit##*/}"
done
if [ $kind = system ]; then
    mkdir -p /usr/libexec
    for name in wardroom-kiosk wardroom-keys; do
        sed "s|@PREFIX@|$prefix|" "$data/wardroom/libexec/$name" > "/usr/libexec/$name"
        chmod 755 "/usr/libexec/$name"
    done
fi
"$bin/wardroom" --version
echo "Installed to $prefix. docs/deploy.md goes on from here; timers: systemctl$([ $kind = user ] && echo ' --user') enable --now wardroom-backup.timer wardroom-tidy.timer"
