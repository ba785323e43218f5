// The switch to the other language keeps the reader's place: the anchors are the same.
function keepPlace() {
  for (const link of document.querySelectorAll("a.language-switch"))
    link.hash = location.hash;
}
window.addEventListener("hashchange", keepPlace);
document.addEventListener("DOMContentLoaded", keepPlace);

// Search. The theme's dialog answers key strokes only, not a word that is pasted, dictated or
// composed of Chinese characters; and a lone result's link misses the way up to the site's root.
document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.getElementById("pst-search-dialog");
  dialog?.addEventListener("input", ({ target }) =>
    target.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }))
  );
  const root = document.documentElement.dataset.content_root;
  const mendLinks = () => {
    for (const link of dialog.querySelectorAll("#search-results .search a")) {
      const href = link.getAttribute("href");
      if (!href.startsWith(root)) link.setAttribute("href", root + href);
    }
  };
  if (dialog) new MutationObserver(mendLinks).observe(dialog, { childList: true, subtree: true });

  // An excerpt of a page that was found is of its text, not of what is around it.
  if (typeof Search === "undefined") return;
  const { htmlToText } = Search;
  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const part of page.querySelectorAll("#jb-print-docs-body, .bd-header-article, footer"))
      part.remove();
    return htmlToText(page.documentElement.outerHTML, anchor);
  };
});

// The buttons of hidden solutions have English names, in both languages.
window.addEventListener("load", () => {
  for (const button of document.querySelectorAll("button.toggle-button"))
    button.setAttribute("aria-label", toggleHintShow);
});

// A formula that is wider than the page scrolls in its own box; who uses the keyboard must be
// able to get there, and who hears the page must be told what it is.
function reachWideFormulas() {
  const label = document.documentElement.lang.startsWith("zh") ? "公式" : "Formula";
  for (const box of document.querySelectorAll("div.math mjx-container, span.math")) {
    // Rounding makes a formula in a line seem wider by a pixel.
    const wide = box.scrollWidth > box.clientWidth + (box.matches("span") ? 1 : 0);
    box.classList.toggle("wide", wide);
    const attributes = { tabindex: "0", role: "group", "aria-label": label };
    for (const [name, value] of Object.entries(attributes))
      wide ? box.setAttribute(name, value) : box.removeAttribute(name);
  }
}
window.addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  // Called at once, and when the page is made narrower or a hidden solution is opened.
  const observer = new ResizeObserver(() => requestAnimationFrame(reachWideFormulas));
  for (const article of document.querySelectorAll("article")) observer.observe(article);
});
