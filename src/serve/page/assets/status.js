(() => {
  "use strict";
  const SILENCE = 40000, page = document.body.dataset.page, byId = id => document.getElementById(id);
  let version = document.body.dataset.version, heard = performance.now(), heardAt = new Date(), wait = 1000, asked = 0, source;

  const lapse = ms => {
    let rest = Math.max(0, Math.floor(ms / 1000));
    const units = [[86400, "d"], [3600, "h"], [60, "m"], [1, "s"]], told = [];
    const first = Math.max(0, units.findIndex(([unit]) => rest >= unit)), from = rest >= 1 ? first : 3;
    for (const [unit, name] of units.slice(from, from + 2)) {
      const count = Math.floor(rest / unit);
      rest %= unit;
      if (count || unit === 1 && !told.length) told.push(count + " " + name);
    }
    return told.join(" ");
  };

  const made = html => {
    const frame = document.createElement("template");
    frame.innerHTML = html.trim();
    return frame.content.firstElementChild;
  };

  // Puts `next` in the place of `old`; whoever stands in it stays there.
  const swap = (old, next) => {
    if (old.outerHTML === next.outerHTML) return;
    const held = old.contains(document.activeElement) && document.activeElement;
    const open = [...old.querySelectorAll("details")].map(one => one.open);
    const mark = held && (held.id ? "#" + CSS.escape(held.id) : held.getAttribute("href") && `[href="${CSS.escape(held.getAttribute("href"))}"]`);
    const rolled = [...old.querySelectorAll(".scroll")].map(one => one.scrollLeft);
    old.replaceWith(next);
    next.querySelectorAll("details").forEach((one, at) => one.open = open[at]);
    next.querySelectorAll(".scroll").forEach((one, at) => one.scrollLeft = rolled[at] || 0);
    if (mark) next.querySelector(mark)?.focus({ preventScroll: true });
  };

  const silent = words => {
    const place = byId("silent");
    document.body.classList.toggle("is-silent", !!words);
    if (place.textContent !== words) place.textContent = words;
    place.hidden = !words;
  };

  const alive = news => {
    heard = performance.now();
    heardAt = new Date();
    silent("");
    if (!news.clock) return;
    byId("clock").textContent = news.clock;
    for (const [id, at] of Object.entries(news.looks || {}))
      document.querySelectorAll(`[data-look="${CSS.escape(id)}"]`).forEach(one => one.dataset.at = at);
    document.querySelectorAll("[data-at]").forEach(one => one.textContent = lapse(news.now - one.dataset.at) + " ago");
    document.querySelectorAll("[data-since]").forEach(one => one.textContent = lapse((news.at || news.now) - one.dataset.since));
  };

  // Loads the page again, not all viewers at once, and swaps what changed.
  const anew = within => {
    if (asked) return;
    asked = setTimeout(async () => {
      try {
        const reply = await fetch(location.href, { headers: { accept: "text/html" } });
        if (!reply.ok) return;
        const next = new DOMParser().parseFromString(await reply.text(), "text/html");
        version = next.body.dataset.version;
        document.body.dataset.strips = next.body.dataset.strips;
        document.title = next.title;
        const known = document.querySelectorAll("[data-piece]"), coming = next.querySelectorAll("[data-piece]");
        const ids = list => [...list].map(one => one.id).join();
        if (ids(known) !== ids(coming) && !document.querySelector("textarea")) swap(byId("main"), next.getElementById("main"));
        else for (const one of known) { const it = next.getElementById(one.id); if (it) swap(one, it); }
        alive({ clock: next.getElementById("clock").textContent, now: +next.body.dataset.now });
      } catch { /* the stream tells when nothing is heard */ } finally { asked = 0; }
    }, Math.random() * within);
  };

  const row = ({ id, rank, html }) => {
    const old = byId(id), rows = byId("rows"), next = made(html);
    if (!rows || !old && !("whole" in document.body.dataset)) return;
    if (old) swap(old, next);
    const it = next.isConnected ? next : old || next, held = it.contains(document.activeElement) && document.activeElement;
    const later = [...rows.children].find(one => one !== it && +one.dataset.rank > rank) || null;
    if (it.nextElementSibling !== later || !it.isConnected) rows.insertBefore(it, later);
    if (held) held.focus({ preventScroll: true });
    it.classList.add("fresh");
  };

  const told = news => {
    alive(news);
    if (news.words) byId("told").textContent = news.words;
    const live = page === "front" || page === "wall";
    for (const { id, html } of news.pieces) { const old = byId(id); if (old && (live || id === "alarms")) swap(old, made(html)); }
    if (live) {
      if (news.anew || news.rows.length && !("whole" in document.body.dataset) && page === "front") anew(1000);
      else news.rows.forEach(row);
      const head = document.querySelector("h1");
      if (page === "front") document.title = head.textContent.replace(/\.$/, "") + " · " + document.querySelector(".site").textContent;
      version = news.version;
    } else if (news.version != version) anew(2000);
    if (page === "front" && news.strips != document.body.dataset.strips) anew(5000);
  };

  const listen = () => {
    source = new EventSource("/events");
    source.onopen = () => wait = 1000;
    source.addEventListener("beat", event => {
      const news = JSON.parse(event.data);
      alive(news);
      if (news.version != version) anew(500);
    });
    source.addEventListener("news", event => told(JSON.parse(event.data)));
    source.onerror = () => {
      if (source.readyState !== 2) return;
      source.close();
      setTimeout(listen, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, 60000);
      if (wait > 30000) anew(1000);
    };
  };

  setInterval(() => {
    if (performance.now() - heard > SILENCE) silent(`No connection since ${heardAt.toTimeString().slice(0, 8)}: what you see is old.`);
  }, 1000);
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", event => { if (event.persisted) { listen(); anew(100); } });
  listen();
})();
