// The map with streets. Only once somebody presses the button is another site called, for pictures
// alone: which sites there are is read from the list beside, and never leaves this page.

const TOUCH_PX = 30; // two spots that are nearer cover each other

const byId = (id) => document.getElementById(id);
const ask = byId("background");

ask.hidden = false;
ask.querySelector("button").addEventListener("click", show, { once: true });

async function show() {
  await Promise.all([
    style("/static/leaflet.css"),
    style("/static/site_map.css"),
    import("/static/leaflet.js"),
  ]);
  ask.hidden = byId("drawn").hidden = true;
  byId("streets").hidden = byId("shown").hidden = false;
  const map = draw(globalThis.leaflet, byId("streets"), ask.dataset);
  map.getContainer().focus({ preventScroll: true });
}

function style(address) {
  return new Promise((done, failed) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: address, onload: done, onerror: failed });
    document.head.append(link);
  });
}

function draw(leaflet, place, { tiles, closer, further, close }) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = leaflet.map(place, {
    attributionControl: false, // said below the map, in the page's own words
    zoomControl: false,
    scrollWheelZoom: false, // or nobody could scroll past the map
    zoomAnimation: !still,
    fadeAnimation: !still,
    markerZoomAnimation: !still,
  });
  leaflet.control.zoom({ zoomInTitle: closer, zoomOutTitle: further }).addTo(map);
  // Pictures are asked for with the address of this service, never with what was searched.
  leaflet
    .tileLayer(tiles, { maxZoom: 19, referrerPolicy: "origin" })
    .on("tileerror", silent)
    .addTo(map);
  map.on("popupopen", ({ popup }) => {
    const shown = popup.getElement();
    shown.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", close);
    shown.querySelector("li a").focus({ preventScroll: true });
  });
  const links = [...document.querySelectorAll("[data-at]")];
  const at = (link) => link.dataset.at.split(",").map(Number);
  map.fitBounds(leaflet.latLngBounds(links.map(at)).pad(0.1), { maxZoom: 16 });
  put(leaflet, map, links.map((link) => ({ link, at: at(link) })));
  return map;
}

function silent() {
  const status = byId("shown").querySelector("[role=status]");
  status.textContent = status.dataset.silent;
}

// Each site at its own place, under its number of the list. Those that cover each other bear a ring,
// and each of them opens the names of all.
function put(leaflet, map, sites) {
  const markers = sites.map(({ link, at }) => {
    const { dot } = link.dataset;
    const icon = leaflet.divIcon({ className: "spot", html: `<b>${Number(dot)}</b>`, iconSize: [44, 44] });
    const marker = leaflet.marker(at, { icon }).addTo(map);
    marker.getElement().setAttribute("aria-label", `${dot}. ${link.textContent}`);
    marker.on("popupclose", () => marker.getElement().focus({ preventScroll: true }));
    return marker.bindPopup(() => names(around(marker)));
  });
  const spot = (marker) => map.latLngToContainerPoint(marker.getLatLng());
  const around = (marker) =>
    sites.filter((_, at) => spot(markers[at]).distanceTo(spot(marker)) < TOUCH_PX);
  const ring = () => {
    for (const marker of markers) {
      marker.getElement().classList.toggle("several", around(marker).length > 1);
    }
  };
  map.on("zoomend", ring);
  ring();
}

function names(sites) {
  const list = document.createElement("ul");
  for (const { link } of sites) {
    const item = document.createElement("li");
    const copy = link.cloneNode(true);
    copy.removeAttribute("data-at");
    item.append(copy);
    list.append(item);
  }
  return list;
}
