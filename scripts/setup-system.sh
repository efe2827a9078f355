#!/bin/sh
# setup-system.sh: the programs that tests and checks call, from Debian's packages. As root it installs those
# that are missing; as anybody else it names them. With CI=true a missing one is a failure.
set -eu

# program:package, one a line
wanted='
    avahi-daemon:avahi-daemon
    chromium:chromium
    dash:dash
    firewalld:firewalld
    ip:iproute2
    iptables:iptables
    nc:netcat-openbsd
    nft:nftables
    openrc:openrc
    ps:procps
    shellcheck:shellcheck
    soffice:libreoffice-calc-nogui
    squid:squid
    ssh:openssh-client
    sshd:openssh-server
    sudo:sudo
    systemctl:systemd
    tmux:tmux
    ufw:ufw
'

PATH=$PATH:/usr/sbin:/sbin

missing() {
    for entry in $wanted; do
        command -v "${entry%%:*}" >/dev/null || printf '%s\n' "${entry#*:}"
    done | sort -u
}

packages=$(missing | tr '\n' ' ')
[ -n "$packages" ] || exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    printf 'Installing: %s\n' "$packages"
    # The tests start their own sshd on loopback; installing one must not start or enable Debian's.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap 'rm -f "$policy"' EXIT
        trap 'exit 1' HUP INT TERM
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null
    # shellcheck disable=SC2086  # a list of names
    apt-get install -y -qq --no-install-recommends $packages >/dev/null || true
    # Debian's packages also have them started with the machine: one would close ports, one open some.
    for service in firewalld avahi-daemon; do
        case " $packages" in
            *" $service "*) systemctl disable --quiet "$service" 2>/dev/null || true ;;
            *) ;;
        esac
    done
    packages=$(missing | tr '\n' ' ')
    [ -n "$packages" ] || exit 0
fi

printf 'Missing: %s\nAs root: apt-get install %s\n' "$packages" "$packages" >&2
if [ "${CI:-}" = true ]; then
    exit 1
fi
echo 'Tests that need them are skipped.' >&2
