// Runs before anything is drawn, so that the page never shows in the wrong colours.
(() => {
  try {
    const chosen = localStorage.getItem('plumb.theme');
    if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset.theme = chosen;
  } catch { /* storage is closed: the system's colours */ }
})();
