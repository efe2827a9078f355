
// Sites with an answer of their own, by the networks of their clients: base and mask, or an IPv6 prefix.
var portwright_sites = @SITES;

// This machine's own addresses; several where the program tells them.
function portwright_own() {
  var own = "";
  if (typeof myIpAddressEx === "function") own = String(myIpAddressEx() || "");
  return (own || String(myIpAddress())).split(";");
}

function portwright_inside(address, network) {
  if (network.length === 1) {
    return address.indexOf(":") >= 0 && typeof isInNetEx === "function" && !!isInNetEx(address, network[0]);
  }
  return address.indexOf(":") < 0 && isInNet(address, network[0], network[1]);
}

// The lists of the site where this machine is, or those of everybody else.
function portwright_lists() {
  var own = portwright_own();
  for (var a = 0; a < own.length; a++) {
    for (var s = 0; s < portwright_sites.length; s++) {
      var site = portwright_sites[s];
      for (var n = 0; n < site.networks.length; n++) {
        if (portwright_inside(own[a], site.networks[n])) return site;
      }
    }
  }
  return {ways: portwright_ways, hosts: portwright_hosts, below: portwright_below};
}
