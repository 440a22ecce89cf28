// The search of a site that is opened as files: no browser lets a page read another one there, so
// that no lines of the pages that it finds can be shown, and none are asked for.

(() => {
  "use strict";

  // The settings of Sphinx, which every page declares before.
  const settings = /** @type {{ SHOW_SEARCH_SUMMARY: boolean }} */ (
    // @ts-expect-error: they are a constant of another script
    DOCUMENTATION_OPTIONS
  );
  if (location.protocol === "file:") settings.SHOW_SEARCH_SUMMARY = false;
})();
