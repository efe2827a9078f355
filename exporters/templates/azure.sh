#!/bin/sh
#@title
#
# Needs the Azure CLI, signed in and with its subscription set, and azure-nsg.json beside this script. It makes and
# changes one group, and only if that has the tag 'portwright'. Attaching it to a subnet or an interface is yours.
#   sh azure.sh check --group RESOURCE-GROUP    asks Azure whether it takes the template; says what apply would change
#   sh azure.sh apply --group RESOURCE-GROUP    makes the group what the plan says; twice is the same as once
#   sh azure.sh show --group RESOURCE-GROUP     lists the rules that the group has now
#   sh azure.sh remove --group RESOURCE-GROUP   deletes the group; Azure refuses while something has it
# Exit codes: 0 done, 1 refused or failed, 2 wrong usage.

set -u
LC_ALL=C
export LC_ALL

#@settings

say() {
    printf '%s\n' "$*"
}

fail() {
    printf '%s: %s\n' "portwright ($firewall, azure)" "$*" >&2
    exit 1
}

usage() {
    say "usage: sh $0 check | apply | show | remove --group RESOURCE-GROUP" >&2
    exit 2
}

# Refuses a group of this name that is not ours. Sets $there to yes or no.
find_group() {
    there=no
    tag=$(az network nsg list --resource-group "$group" --query "[?name=='$name'].[tags.portwright]" --output tsv) ||
        fail "Azure did not answer."
    [ -n "$tag" ] || return 0
    there=yes
    [ "$tag" = "$firewall" ] || fail "the group $name is not this script's: it has no tag portwright=$firewall."
}

deployment() {
    verb=$1
    shift
    az deployment group "$verb" --resource-group "$group" --name "$name" --template-file "$template" "$@"
}

if [ $# -ne 3 ] || [ "$2" != --group ]; then usage; fi
group=$3
template=$(dirname "$0")/azure-nsg.json
case $1 in
check)
    find_group
    [ -r "$template" ] || fail "$template is not there."
    deployment validate --output none || fail "Azure does not take the template."
    deployment what-if || fail "Azure did not answer."
    ;;
apply)
    find_group
    [ -r "$template" ] || fail "$template is not there."
    deployment create --mode Incremental --output none || fail "Azure did not make the group."
    say "The group $name is what the plan says. Attach it to the subnet or the interfaces of the machines."
    ;;
show)
    find_group
    [ "$there" = yes ] || fail "there is no group $name in $group."
    az network nsg rule list --resource-group "$group" --nsg-name "$name" --output table
    ;;
remove)
    find_group
    [ "$there" = yes ] || { say "There is no group $name in $group."; exit 0; }
    az network nsg delete --resource-group "$group" --name "$name" || fail "Azure did not delete the group."
    say "The group $name is gone."
    ;;
*) usage ;;
esac
