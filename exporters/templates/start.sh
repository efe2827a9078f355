# --- at every start of the machine -----------------------------------------------------------------
# A unit of our own loads our rules and nobody else's, before the network. Formats that last by themselves have one
# only while a confirmation is awaited: it takes back what nobody has confirmed.

unit=portwright-$firewall-$format

# PORTWRIGHT_INIT names it where it cannot be seen, as in an image that does not run yet. What runs counts before
# what is there as well: Debian with OpenRC may have systemd's programs.
init_system() {
    if [ -n "${PORTWRIGHT_INIT-}" ]; then
        say "$PORTWRIGHT_INIT"
    elif [ -d /run/systemd/system ]; then
        say systemd
    elif [ -d /run/openrc ]; then
        say openrc
    elif command -v systemctl >/dev/null && [ -d /etc/systemd/system ]; then
        say systemd
    elif command -v rc-update >/dev/null && [ -d /etc/init.d ]; then
        say openrc
    fi
}

unit_file() {
    case $(init_system) in
        systemd) say "/etc/systemd/system/$unit.service" ;;
        openrc) say "/etc/init.d/$unit" ;;
        *) ;;
    esac
}

installed() {
    [ -n "$(unit_file)" ] && [ -f "$(unit_file)" ] && [ -f "$state/start" ]
}

systemd_unit() {
    say '[Unit]'
    say "Description=Rules of the firewall $firewall ($format), written by Portwright"
    if [ -n "$persistent" ]; then
        say "After=$format.service"
    else
        say 'DefaultDependencies=no'
        say 'Wants=network-pre.target'
        say 'Before=network-pre.target shutdown.target'
        say 'After=local-fs.target systemd-modules-load.service nftables.service netfilter-persistent.service'
        say 'Conflicts=shutdown.target'
    fi
    say "RequiresMountsFor=$state_root"
    say ''
    say '[Service]'
    say 'Type=oneshot'
    say 'RemainAfterExit=yes'
    say "Environment=PORTWRIGHT_STATE=$state_root"
    say "ExecStart=/bin/sh $state/start boot"
    say ''
    say '[Install]'
    if [ -n "$persistent" ]; then
        say 'WantedBy=multi-user.target'
    else
        say 'WantedBy=sysinit.target'
    fi
}

openrc_script() {
    say '#!/sbin/openrc-run'
    say "description=\"Rules of the firewall $firewall ($format), written by Portwright\""
    say 'depend() {'
    say '    need localmount'
    if [ -n "$persistent" ]; then
        say "    after $format"
    else
        say '    before net'
        say '    after nftables iptables ip6tables'
    fi
    say '}'
    say 'start() {'
    say "    ebegin 'Loading the rules of the firewall $firewall'"
    say "    PORTWRIGHT_STATE=$state_root /bin/sh $state/start boot"
    say "    eend \$?"
    say '}'
}

# set_up SCRIPT: the unit runs a copy of SCRIPT from the next start on.
set_up() {
    case $state in
        *[!A-Za-z0-9/._-]*)
            say "the name of the folder $state holds characters that a unit cannot." >&2
            return 1
            ;;
        *) ;;
    esac
    file=$(unit_file)
    if [ -z "$file" ]; then
        say "there is neither systemd nor OpenRC. Have this run at every start: sh $state/start boot" >&2
        return 1
    fi
    grep -q '^#portwright-script$' "$1" 2>/dev/null && store "$state/start" <"$1" || return 1
    if [ "$(init_system)" = systemd ]; then
        systemd_unit | store "$file" && chmod 644 "$file" || return 1
        # It cannot where systemd does not run, as in an image.
        systemctl daemon-reload >/dev/null 2>&1
        systemctl enable "$unit.service" >/dev/null 2>&1
    else
        openrc_script | store "$file" && chmod 755 "$file" && rc-update add "$unit" boot >/dev/null 2>&1
    fi
}

# False where something of it is left.
take_down() {
    rm -f "$state/start" || return 1
    file=$(unit_file)
    [ -n "$file" ] && [ -f "$file" ] || return 0
    if [ "$(init_system)" = systemd ]; then
        systemctl disable "$unit.service" >/dev/null 2>&1
        rm -f "$file" || return 1
        systemctl daemon-reload >/dev/null 2>&1
    else
        rc-update del "$unit" boot >/dev/null 2>&1
        rm -f "$file" || return 1
    fi
    return 0
}

# After an apply that stays, or a confirmation: the unit loads what is in place now. `1` is that script.
keep_up() {
    if [ -n "$persistent" ]; then
        take_down
    elif installed; then
        store "$state/start" <"$1"
    fi
}

# save_start FOLDER: what the unit loads now.
save_start() {
    [ ! -f "$state/start" ] || store "$1/start" <"$state/start"
}

# With the rules goes what is loaded at the start, back to what it was before the apply; what was uninstalled since
# stays so.
start_back() {
    if [ -n "$persistent" ] || [ ! -f "$state/saved/start" ]; then
        take_down
    elif installed; then
        # A rename needs no place on the disk.
        store "$state/start" <"$state/saved/start" || mv -f "$state/saved/start" "$state/start"
    fi
}

do_install() {
    open_state || busy
    settle
    own_plan
    if pending; then
        fail "these rules wait to be confirmed. Run 'confirm' first. $untouched"
    fi
    in_place || fail "the rules of this script are not in place. Run 'apply' first. $untouched"
    if [ -n "$persistent" ]; then
        say "Nothing to do: $lasting"
        return
    fi
    set_up "$0" || fail "could not be set up for the start of the machine."
    say "The rules are loaded at every start, before the network, by $(unit_file)."
}

do_uninstall() {
    if [ -d "$state" ]; then
        open_state || busy
    fi
    if [ -n "$persistent" ]; then
        fail "nothing was installed: $lasting"
    fi
    take_down || fail "not all of it could be removed: run 'uninstall' once more."
    say "The rules are no longer loaded at the start. Those that are in place stay until then."
}

# What the unit runs. What was never confirmed goes back; what was installed is loaded.
do_boot() {
    open_state || busy
    if [ -s "$state/pending" ] && ! same_boot; then
        if [ -n "$persistent" ]; then
            restore_state "$state/saved" || fail "$tool did not take back what was saved in $state/saved."
            untouched='Nothing else was changed.'
        fi
        pop_state
        mark "$state/expired"
        say "The rules were never confirmed: what was there before them is back."
    fi
    settle
    if [ -n "$persistent" ]; then
        take_down
    elif ! in_place; then
        load_rules || fail "$tool did not load the rules."
        payload | store "$state/rules" && show_rules | store "$state/seen" && say "$plan" | store "$state/plan"
    fi
}

# Whether they will be there after a restart, a sentence.
outlook() {
    if [ -n "$persistent" ]; then
        say "$lasting"
    elif ! installed; then
        say "They last until the machine restarts: 'install' has them loaded at every start."
    elif sh "$state/start" payload 2>/dev/null | cmp -s - "$state/rules"; then
        say "They are loaded again at every start, by $(unit_file)."
    else
        say "At the next start the rules of another export are loaded. Run 'install' with this one."
    fi
}
