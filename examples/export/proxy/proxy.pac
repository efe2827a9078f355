// plan 97c28b6504285153, Portwright 0.1.0, facts 2026.2 of 2026-11-27
// reference CHG-2003; requester Print team; review 2028-02-01
// The plan 'PaperCut MF behind a load balancer': for print-server.
// Written by Portwright. Listed hosts go to the proxy, by scheme and port; all others go out directly (DIRECT).
// Beside another PAC file: take everything but FindProxyForURL, and ask portwright_proxy(url, host) first;
// it gives null for what is not listed.

var portwright_ways = "PROXY 198.51.100.30:3128";

// Scheme, port and host, as they are listed.
var portwright_hosts = {
  "tls:443:mf.cloud.papercut.com": 1,
  "tls:443:ocr.cloud.papercut.com": 1,
  "tls:443:ocr.eu.cloud.papercut.com": 1,
  "tls:443:scan.cloud.papercut.com": 1,
  "tls:443:scan.eu.cloud.papercut.com": 1,
  "tls:443:scan.papercut.com": 1,
  "tls:443:storage.googleapis.com": 1
};

// The same for domains: every host below, at any depth, and not the domain itself.
var portwright_below = {};

function portwright_has(table, key) {
  return Object.prototype.hasOwnProperty.call(table, key);
}

function portwright_proxy(url, host) {
  var scheme = /^([a-z]+):\/\//i.exec(url);
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
  if (portwright_has(portwright_hosts, way + name)) return portwright_ways;
  var dot = name.indexOf(".");
  while (dot > 0) {
    name = name.substring(dot + 1);
    if (portwright_has(portwright_below, way + name)) return portwright_ways;
    dot = name.indexOf(".");
  }
  return null;
}

function FindProxyForURL(url, host) {
  return portwright_proxy(url, host) || "DIRECT";
}
