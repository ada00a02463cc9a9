// Left out of the library's filters: dates (they read the clock and the host's zone), `sample` (random), the `_exp`
// filters (they run a text as an expression, and the text may come from data), hashes and HTML stripping.
export const allowedFilters: ReadonlySet<string> = new Set(
  `abs append array_to_sentence_string at_least at_most capitalize ceil compact concat default divided_by downcase escape
  escape_once find find_index first floor group_by has join json jsonify last lstrip map minus modulo newline_to_br
  normalize_whitespace number_of_words plus pop prepend push raw reject remove remove_first remove_last replace
  replace_first replace_last reverse round rstrip shift size slice sort sort_natural split squish strip strip_newlines sum
  times to_integer truncate truncatewords uniq unshift upcase url_decode url_encode where xml_escape`.split(/\s+/),
);
// Left out: include, render, layout and block, which read other files.
export const allowedTags: ReadonlySet<string> = new Set(
  `# assign break capture case comment continue cycle decrement echo for if increment liquid raw tablerow unless`.split(
    ' ',
  ),
);
