# --- connections that are older than the rules -----------------------------------------------------
# Where nothing tracked connections before, all of them are new to the kernel, answers that are awaited too. TCP: what
# belongs to an open socket of this machine, in the middle of a connection, goes on; a router does not know sockets,
# so it lets such packets through for some minutes. UDP: the sockets that are connected as the rules come, for as long.
# For other UDP connection tracking looks on for some seconds before anything is dropped.

grace=600
look_on=5

# Before the first rules of ours, which track what comes after them.
nothing_yet() {
    [ -z "$(show_rules 2>/dev/null)" ]
}

# connected_udp FAMILY: 'ADDRESS PORT PEER PORT' of each UDP socket that is connected to one peer, not over loopback.
connected_udp() {
    ss -Hnu state established 2>/dev/null | awk -v family="$1" "$end_function"'
        {
            local = end_of($3)
            if ((local ~ /:.* / ? 6 : 4) == family && local !~ /^(127[.]|::1 )/) print local, end_of($4)
        }' | sort -u | head -n 1000
}

# Has this machine passed packets on since it started?
has_forwarded() {
    awk '$1 == "Ip:" && seen { exit !$at } $1 == "Ip:" { seen = 1; for (at = 1; at < NF && $at != "ForwDatagrams"; at++) { } }' \
        /proc/net/snmp 2>/dev/null || grep -q '^Ip6OutForwDatagrams[[:space:]]*[1-9]' /proc/net/snmp6 2>/dev/null
}

# Programs that ask by UDP without a connected socket have it at a port that the kernel chose.
asks_unconnected() {
    range=$(cat /proc/sys/net/ipv4/ip_local_port_range 2>/dev/null)
    ss -Hnu state unconnected 2>/dev/null | awk -v range="$range" "$end_function"'
        BEGIN { split(range, chosen) }
        { split(end_of($3), here, " "); if (here[2] >= chosen[1] + 0 && here[2] <= chosen[2] + 0) asks = 1 }
        END { exit !asks }'
}

# Is there UDP that only looking on tells from what is new? Not at a start of the machine: there nothing is awaited.
awaited() {
    [ "$verb" = apply ] || return 1
    if [ "$(fact place)" = host ]; then
        asks_unconnected
    else
        has_forwarded
    fi
}

look_on() {
    say "Looking on for $look_on seconds, so that nobody loses an answer that is awaited by UDP."
    sleep "$look_on"
}

grace_ends() {
    date -u -d "@$(($(date +%s) + grace))" "+%Y-%m-%d$1%H:%M:%S"
}
