// What must happen in the browser itself: keys, dialogs, long lists, the tree's zoom, the clipboard. Everything else is the server's.
(() => {
  'use strict';
  const root = document.documentElement;

  // ---- theme ----
  const dark = () => root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  const toggleTheme = () => {
    root.dataset.theme = dark() ? 'light' : 'dark';
    try { localStorage.setItem('plumb.theme', root.dataset.theme); } catch { /* kept for this view only */ }
  };

  // ---- clicks that the server need not know of ----
  document.addEventListener('click', async event => {
    const at = selector => event.target.closest?.(selector);
    if (at('[data-theme-toggle]')) return toggleTheme();
    if (at('[data-reload]')) return location.reload();
    const copy = at('[data-copy]');
    if (copy) {
      await copyText(copy.dataset.copy);
      copy.classList.add('copied');
      setTimeout(() => copy.classList.remove('copied'), 1200);
      return;
    }
    const save = at('[data-download]');
    if (save) {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([save.dataset.content], { type: 'application/yaml' }));
      link.download = save.dataset.download;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      return;
    }
    // A click beside a menu closes it, and so does a choice of a link in it.
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      if (!menu.contains(event.target) || at('details.menu a, details.menu [data-closes]')) menu.open = false;
    }
  });

  async function copyText(text) {
    try { await navigator.clipboard.writeText(text); } catch {
      // Without a secure context there is no clipboard: the old way.
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
  }

  // ---- keys ----
  const places = { d: '/', a: '/applications', c: '/clusters', r: '/repositories', p: '/projects', u: '/audit', s: '/settings', t: '/account' };
  let going = 0;
  const typing = element => element && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
  const visible = element => element.getClientRects().length > 0;

  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') return escape(event);
    if (typing(event.target) || document.querySelector('dialog[open]')) return;
    if (Date.now() - going < 1500 && places[event.key]) {
      going = 0;
      event.preventDefault();
      return window.Blazor ? Blazor.navigateTo(places[event.key]) : location.assign(places[event.key]);
    }
    going = 0;
    switch (event.key) {
      case 'g': going = Date.now(); break;
      case '/': event.preventDefault(); (document.querySelector('[data-filter]') ?? document.getElementById('search'))?.focus(); break;
      case '?': event.preventDefault(); document.querySelector('[data-help]')?.click(); break;
      case 't': toggleTheme(); break;
      case 'j': case 'ArrowDown': move(event, 1); break;
      case 'k': case 'ArrowUp': move(event, -1); break;
      case 'ArrowRight': case 'ArrowLeft': treeMove(event); break;
      case 's': case 'r': document.querySelector(`[data-key="${event.key}"]:not([aria-disabled="true"])`)?.click(); break;
      default:
        if (/^[1-7]$/.test(event.key)) document.querySelectorAll('[data-tab]')[event.key - 1]?.click();
    }
  });

  function escape(event) {
    if (document.querySelector('dialog[open]')) return;
    const menu = document.querySelector('details.menu[open]');
    if (menu) { menu.open = false; menu.querySelector('summary')?.focus(); return; }
    if (typing(event.target)) return event.target.blur();
    const open = document.querySelector('.menu-open .menu-button');
    if (open) { open.click(); open.focus(); return; }
    document.querySelector('[data-close]')?.click();
  }

  // j and k walk the rows of whatever list is shown; Enter is the link's own.
  function move(event, step) {
    const rows = [...document.querySelectorAll('[data-row]')].filter(visible);
    const now = rows.indexOf(document.activeElement);
    if (event.key.startsWith('Arrow') && now < 0) return;
    const next = rows[now < 0 ? 0 : now + step];
    if (!next) return;
    event.preventDefault();
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  }

  function treeMove(event) {
    const node = document.activeElement?.closest('[data-node]');
    if (!node) return;
    const goal = event.key === 'ArrowLeft'
      ? document.querySelector(`[data-node="${CSS.escape(node.dataset.owner)}"]`)
      : document.querySelector(`[data-owner="${CSS.escape(node.dataset.node)}"]`);
    if (goal) { event.preventDefault(); goal.focus(); }
  }

  // Arrow keys between tabs.
  document.addEventListener('keydown', event => {
    const tab = event.target.closest?.('[role=tab]');
    if (!tab || !/^Arrow(Left|Right)$/.test(event.key)) return;
    const tabs = [...tab.parentElement.querySelectorAll('[role=tab]')];
    const next = tabs[(tabs.indexOf(tab) + (event.key === 'ArrowRight' ? 1 : tabs.length - 1)) % tabs.length];
    event.preventDefault();
    event.stopPropagation();
    next.focus();
  });

  // ---- dialogs ----
  // Opened by the browser itself as soon as they are in the document: no key falls in between, and the server is not asked.
  const opened = []; // the innermost last, each with what had the focus before
  function openDialog(dialog) {
    opened.push({ dialog, before: document.activeElement });
    // Esc asks the server to close it; the server takes the element away.
    dialog.addEventListener('cancel', event => { event.preventDefault(); dialog.dispatchEvent(new Event('close')); });
    dialog.showModal();
    (dialog.querySelector('[autofocus]') ?? dialog.querySelector('.modal-body input, .modal-body button, .modal-body select, .modal-actions button'))?.focus();
  }
  new MutationObserver(() => {
    while (opened.length && !opened.at(-1).dialog.isConnected) {
      const { before } = opened.pop();
      if (before?.isConnected) before.focus();
    }
    for (const dialog of document.querySelectorAll('dialog.modal:not([open])')) {
      // One that the browser closed by itself is on its way out.
      if (!opened.some(known => known.dialog === dialog)) openDialog(dialog);
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  // ---- long lists: tell the server which part is visible ----
  function watchWindow(element, server) {
    const scroller = element.closest('[data-scroller]');
    const source = scroller ?? window;
    let last = '', queued = false, stopped = false, busy = false, again = false;
    const look = async () => {
      queued = false;
      if (stopped || !element.isConnected) return;
      if (busy) { again = true; return; }
      const rows = element.tagName === 'TBODY';
      const first = element.querySelector(rows ? 'tr:not(.spacer)' : ':scope > *');
      if (!first) return;
      const style = getComputedStyle(element);
      const columns = rows ? 1 : style.gridTemplateColumns.split(' ').length;
      const height = first.getBoundingClientRect().height + (rows ? 0 : parseFloat(style.rowGap) || 0);
      if (height < 10) return;
      const viewTop = scroller ? scroller.getBoundingClientRect().top : 0;
      const viewHeight = scroller ? scroller.clientHeight : innerHeight;
      const hidden = Math.max(0, viewTop - element.getBoundingClientRect().top);
      const margin = Math.ceil(viewHeight / height / 2) + 1;
      const row = Math.max(0, Math.floor(hidden / height) - margin);
      const step = Math.max(1, Math.floor(margin / 2));
      const from = Math.floor(row / step) * step * columns;
      const count = (Math.ceil(viewHeight / height) + 2 * margin + step) * columns;
      const key = [from, count, columns, Math.round(height)].join();
      if (key === last) return;
      last = key;
      busy = true;
      try { await server.invokeMethodAsync('Show', from, count, columns, height); } catch { /* the page left */ }
      busy = false;
      if (again) { again = false; plan(); }
    };
    const plan = () => { if (!queued) { queued = true; requestAnimationFrame(look); } };
    source.addEventListener('scroll', plan, { passive: true });
    const sizes = new ResizeObserver(plan);
    sizes.observe(document.body);
    const content = new MutationObserver(plan);
    content.observe(element, { childList: true });
    plan();
    return { stop() { stopped = true; source.removeEventListener('scroll', plan); sizes.disconnect(); content.disconnect(); } };
  }

  // ---- the tree: zoom and pan ----
  function tree(view, server, from) {
    const sheet = view.querySelector('[data-sheet]');
    let x = 0, y = 0, zoom = 1, drag = null, telling = 0;
    // The address keeps the point in the middle, which means the same on a larger screen.
    const tell = whole => {
      clearTimeout(telling);
      telling = setTimeout(() => {
        const text = whole ? 'fit' : [zoom * 100, (view.clientWidth / 2 - x) / zoom, (view.clientHeight / 2 - y) / zoom].map(Math.round).join('_');
        if (view.isConnected) server.invokeMethodAsync('Moved', text).catch(() => { /* the page left */ });
      }, 250);
    };
    const show = text => {
      if (!text) return fit(0.85);
      if (text === 'fit') return fit(0);
      const [percent, cx, cy] = text.split('_').map(Number);
      zoom = clamp(percent / 100);
      x = view.clientWidth / 2 - cx * zoom; y = view.clientHeight / 2 - cy * zoom;
      draw();
    };
    const size = () => ({ width: +sheet.dataset.width, height: +sheet.dataset.height });
    const draw = () => { sheet.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`; };
    const clamp = value => Math.min(2, Math.max(0.15, value));
    const zoomAt = (factor, cx, cy) => {
      const next = clamp(zoom * factor);
      x = cx - (cx - x) * next / zoom; y = cy - (cy - y) * next / zoom; zoom = next;
      draw();
      tell();
    };
    const fit = least => {
      const { width, height } = size();
      zoom = Math.min(1, (view.clientWidth - 24) / width, (view.clientHeight - 24) / height);
      // What cannot be read is not a view: a large tree begins readable at its root instead.
      if (least) zoom = Math.max(zoom, least);
      zoom = clamp(zoom);
      x = 12;
      const spare = view.clientHeight - height * zoom;
      const rootNode = sheet.querySelector('[data-owner=""]');
      y = spare > 0 ? Math.min(spare / 2, 24) : rootNode ? view.clientHeight / 2 - (rootNode.offsetTop + rootNode.offsetHeight / 2) * zoom : 12;
      if (spare <= 0) y = Math.min(12, Math.max(spare - 12, y));
      draw();
    };
    const reveal = node => {
      const before = `${x} ${y}`;
      const left = node.offsetLeft * zoom + x, top = node.offsetTop * zoom + y;
      const right = left + node.offsetWidth * zoom, bottom = top + node.offsetHeight * zoom;
      if (left < 8) x += 8 - left; else if (right > view.clientWidth - 8) x -= right - view.clientWidth + 8;
      if (top < 8) y += 8 - top; else if (bottom > view.clientHeight - 8) y -= bottom - view.clientHeight + 8;
      draw();
      if (before !== `${x} ${y}`) tell();
    };
    view.addEventListener('wheel', event => {
      event.preventDefault();
      const box = view.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey) zoomAt(Math.exp(-event.deltaY / 200), event.clientX - box.left, event.clientY - box.top);
      else { x -= event.deltaX; y -= event.deltaY; draw(); tell(); }
    }, { passive: false });
    view.addEventListener('pointerdown', event => {
      if (event.button !== 0 || event.target.closest('button, a, input')) return;
      drag = { x: event.clientX - x, y: event.clientY - y };
      view.setPointerCapture(event.pointerId);
      view.classList.add('dragging');
    });
    view.addEventListener('pointermove', event => { if (drag) { x = event.clientX - drag.x; y = event.clientY - drag.y; draw(); tell(); } });
    for (const end of ['pointerup', 'pointercancel']) view.addEventListener(end, () => { drag = null; view.classList.remove('dragging'); });
    view.addEventListener('focusin', event => {
      // The browser scrolls what gets the focus into view; here the sheet moves instead.
      view.scrollTo(0, 0);
      const node = event.target.closest('[data-node]');
      if (node && node.matches(':focus-visible')) reveal(node);
    });
    const centre = factor => zoomAt(factor, view.clientWidth / 2, view.clientHeight / 2);
    show(from);
    return { fit: () => { fit(0); tell(true); }, show, closer: () => centre(1.25), farther: () => centre(0.8) };
  }

  // ---- logs: stay at the end while the reader is there ----
  function followLog(element) {
    let atEnd = true;
    const check = () => { atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 40; };
    element.addEventListener('scroll', check, { passive: true });
    const content = new MutationObserver(() => { if (atEnd) element.scrollTop = element.scrollHeight; });
    content.observe(element, { childList: true, subtree: true, characterData: true });
    element.scrollTop = element.scrollHeight;
    return { stop() { content.disconnect(); }, toEnd() { atEnd = true; element.scrollTop = element.scrollHeight; } };
  }

  // ---- times stay true without asking the server ----
  const say = (at, now) => {
    const span = Math.abs(now - at) / 1000;
    if (span < 10) return 'just now';
    if (span >= 28 * 86400) return null;
    const words = span < 60 ? `${Math.floor(span)} s` : span < 3600 ? `${Math.floor(span / 60)} min` : span < 86400 ? `${Math.floor(span / 3600)} h`
      : span < 2 * 86400 ? '1 day' : `${Math.floor(span / 86400)} days`;
    return at > now ? `in ${words}` : `${words} ago`;
  };
  setInterval(() => {
    const now = Date.now();
    for (const element of document.querySelectorAll('time.when')) {
      const words = say(Date.parse(element.dateTime), now);
      if (words && element.textContent !== words && element.firstChild) element.firstChild.data = words;
    }
  }, 5000);

  // ---- the address ----
  // The server's answer to a key may come after another page was opened: what a person did last counts.
  function readdress(from, address, replace) {
    if (location.href.split(/[?#]/)[0] === from) Blazor.navigateTo(address, { replaceHistoryEntry: replace });
  }

  // ---- the connection ----
  document.addEventListener('components-reconnect-state-changed', event => {
    if (event.detail?.state === 'rejected') location.reload();
  });
  document.addEventListener('visibilitychange', () => {
    const modal = document.getElementById('components-reconnect-modal');
    if (document.visibilityState === 'visible' && modal?.classList.contains('components-reconnect-failed')) location.reload();
  });

  window.plumb = { live: () => { root.dataset.live = 'yes'; }, readdress, watchWindow, tree, followLog, focus: selector => document.querySelector(selector)?.focus() };
})();
