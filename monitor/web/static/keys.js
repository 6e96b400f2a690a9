/* Keys for review.  Everything here can be done with links and forms too. */
(function () {
  "use strict";
  var body = document.body;
  var writes = body.dataset.writes === "1";
  var pending = "";  // the g of "g i"
  var last = "";  // id of the row that was current

  function rows() { return Array.prototype.slice.call(document.querySelectorAll("#stories > .story")); }
  function current() { return document.querySelector("#stories > .story.current"); }
  function target() { return current() || document.getElementById("decisions"); }
  function onStory() { return !!document.getElementById("decisions"); }
  function follow(id) { var link = document.getElementById(id); if (link) { link.click(); } return !!link; }

  /* Whoever is typing keeps the focus, whatever comes back from the server meanwhile. */
  function isText(at) { return /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) && !/^(checkbox|radio|button|submit)$/.test(at.type); }
  function typing() { return !!document.activeElement && isText(document.activeElement); }

  function choose(row, focus) {
    var before = current();
    if (before) { before.classList.remove("current"); before.removeAttribute("aria-current"); }
    if (!row) { return; }
    last = row.id;
    row.classList.add("current");
    row.setAttribute("aria-current", "true");
    if (focus && !typing()) {
      var link = row.querySelector("h2 a");
      if (link) { link.focus({ preventScroll: true }); }
      var box = row.getBoundingClientRect();
      if (box.top < 70 || box.bottom > window.innerHeight - 90) { row.scrollIntoView({ block: "center" }); }
    }
  }

  function move(step) {
    if (onStory()) { follow(step > 0 ? "following" : "previous"); return; }
    var all = rows();
    if (!all.length) { return; }
    var place = all.indexOf(current());
    if (place < 0) { choose(all[step > 0 ? 0 : all.length - 1], true); return; }
    var next = place + step;
    if (next >= all.length) {
      var older = document.getElementById("older");
      if (older) { older.click(); }
      return;
    }
    if (next >= 0) { choose(all[next], true); }
  }

  function act(place, action, value) {
    if (!writes || !place) { return; }
    var values = { story: place.dataset.story, action: action, value: value || "", back: here() };
    if (action === "note") { values.version = place.dataset.version; }
    if (place.id === "decisions") { values.view = "story"; }
    window.htmx.ajax("POST", "/review", { target: "#toast", swap: "innerHTML", values: values });
  }
  function here() { return window.location.pathname + window.location.search; }

  function ask(name, place) {
    var dialog = document.getElementById("ask-" + name);
    if (!dialog || !place) { return; }
    var input = dialog.querySelector("[name=value]");
    input.value = name === "note" ? place.dataset.note : "";
    dialog.returnValue = "";
    dialog.showModal();
    input.focus();
    dialog.onclose = function () {
      var row = document.getElementById(place.id) || place;
      if (dialog.returnValue === "ok") {
        if (name === "tag") { tag(row, input.value); } else { act(row, name, input.value); }
      }
      if (!onStory()) { choose(row, true); }
    };
  }

  function tag(place, text) {
    var add = [], take = [];
    text.split(",").forEach(function (word) {
      word = word.trim();
      if (word.charAt(0) === "-") { take.push(word.slice(1)); } else if (word) { add.push(word); }
    });
    if (take.length) { act(place, "untag", take.join(",")); }
    if (add.length) { act(place, "tag", add.join(",")); }
  }

  function open(place) {
    var link = place && place.querySelector("h2 a");
    if (link) { link.click(); }
  }

  function original(place) {
    var url = place && place.dataset.original;
    if (!url) {
      var link = document.querySelector(".byline a[rel~=external]");
      url = link && link.href;
    }
    if (url) { window.open(url, "_blank", "noopener,noreferrer"); }
  }

  var GO = { i: "/", s: "/sources", c: "/coverage", t: "/timeline", h: "/help" };
  var KEYS = {
    j: function () { move(1); },
    k: function () { move(-1); },
    o: function () { open(current()); },
    u: function () { var t = target(); if (t) { act(t, t.dataset.read ? "unread" : "read"); } },
    s: function () { var t = target(); if (t) { act(t, t.dataset.starred ? "unstar" : "star"); } },
    d: function () { var t = target(); if (t) { if (t.dataset.dismissed) { act(t, "restore"); } else { ask("dismiss", t); } } },
    t: function () { ask("tag", target()); },
    n: function () { ask("note", target()); },
    x: function () { var t = current(), box = t && t.querySelector(".select input"); if (box) { box.click(); } },
    z: function () { if (writes) { window.htmx.ajax("POST", "/review/undo", { target: "#toast", swap: "innerHTML", values: { back: here(), view: onStory() ? "story" : "" } }); } },
    v: function () { original(target()); },
    b: function () { if (!follow("to-list")) { window.history.back(); } },
    "/": function () { var q = document.getElementById("q"); if (q) { q.focus(); q.select(); } else { window.location.href = "/?state=all"; } },
    "?": function () { document.getElementById("keys").showModal(); }
  };

  document.addEventListener("keydown", function (event) {
    var at = event.target;
    if (event.ctrlKey && event.key === "Enter" && at.tagName === "TEXTAREA" && at.form) {
      var button = at.form.querySelector("button.primary, button:not([type=button])");
      if (button) { button.click(); event.preventDefault(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) { return; }
    var dialog = document.querySelector("dialog[open]");
    if (dialog) {
      var reason = dialog.id === "ask-dismiss" && /^[1-9]$/.test(event.key) && !dialog.querySelector("input").value &&
        dialog.querySelectorAll("[data-reason]")[Number(event.key) - 1];
      if (reason) { reason.click(); event.preventDefault(); }
      return;
    }
    if (isText(at)) {
      if (event.key === "Escape") { at.blur(); }
      return;
    }
    if (pending) {
      pending = "";
      if (GO[event.key]) { window.location.href = GO[event.key]; event.preventDefault(); return; }
    }
    if (event.key === "g") { pending = "g"; return; }
    if (event.key === "Escape" && onStory()) { follow("to-list"); return; }
    var run = KEYS[event.key];
    if (run) { event.preventDefault(); run(); }
  });

  document.addEventListener("click", function (event) {
    var reason = event.target.closest("[data-reason]");
    if (reason) {
      var dialog = reason.closest("dialog");
      dialog.querySelector("[name=value]").value = reason.dataset.reason;
      dialog.close("ok");
      return;
    }
    var row = event.target.closest("#stories > .story");
    if (row) { choose(row, false); }
  });
  document.addEventListener("focusin", function (event) {
    var row = event.target.closest("#stories > .story");
    if (row && row !== current()) { choose(row, false); }
  });

  /* How many are chosen is told. */
  document.addEventListener("change", function () {
    var chosen = document.getElementById("chosen");
    if (chosen) {
      var n = document.querySelectorAll(".select input:checked").length;
      chosen.textContent = n ? n + " chosen:" : "Chosen stories:";
    }
  });
  /* A row that was swapped for a new one stays the current one. */
  document.addEventListener("htmx:afterSettle", function () {
    if (last && !current()) { choose(document.getElementById(last), !document.querySelector("dialog[open]")); }
  });
  var hide;
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id !== "toast") { return; }
    window.clearTimeout(hide);
    hide = window.setTimeout(function () { document.getElementById("toast").textContent = ""; }, 12000);
  });

  /* Reading a story marks it as read, once it was on the screen for a moment. */
  var story = document.getElementById("decisions");
  if (story && writes) {
    window.setTimeout(function () {
      var now = document.getElementById("decisions");
      if (now && !now.dataset.read && !document.hidden) { act(now, "read"); }
    }, 1500);
  }
}());
