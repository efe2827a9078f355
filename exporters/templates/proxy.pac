@HEAD
// Written by Portwright. Listed hosts go to the proxy, by scheme and port; all others go out directly (DIRECT).
// Beside another PAC file: take everything but FindProxyForURL, and ask portwright_proxy(url, host) first;
// it gives null for what is not listed.

var portwright_ways = @WAYS;

// Scheme, port and host, as they are listed.
var portwright_hosts = @HOSTS;

// The same for domains: every host below, at any depth, and not the domain itself.
var portwright_below = @BELOW;
@CHOOSER
function portwright_has(table, key) {
  return Object.prototype.hasOwnProperty.call(table, key);
}

function portwright_proxy(url, host) {
@CHOOSE  var scheme = /^([a-z]+):\/\//i.exec(url);
  if (!scheme || !host) return null;
  scheme = scheme[1].toLowerCase();
  var tls = scheme === "https" || scheme === "wss";
  if (!tls && scheme !== "http") return null;
  // What stands between the slashes, less user and password; browsers read a backslash there as a slash.
  var place = /^[a-z]+:\/\/([^\/?#\\]*)/i.exec(url)[1];
  place = place.substring(place.lastIndexOf("@") + 1);
  var port = /:([0-9]+)$/.exec(place);
  var way = (tls ? "tls:" : "plain:") + (port ? String(Number(port[1])) : tls ? "443" : "80") + ":";
  var name = String(host).toLowerCase();
  if (name.charAt(name.length - 1) === ".") name = name.substring(0, name.length - 1);
  if (portwright_has(@INHOSTS, way + name)) return @INWAYS;
  var dot = name.indexOf(".");
  while (dot > 0) {
    name = name.substring(dot + 1);
    if (portwright_has(@INBELOW, way + name)) return @INWAYS;
    dot = name.indexOf(".");
  }
  return null;
}

function FindProxyForURL(url, host) {
  return portwright_proxy(url, host) || "DIRECT";
}
