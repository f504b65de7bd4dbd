locals {
  # The texts of the server and of customers, not escaped yet: first those of the run, then one row per document.
  raw = concat(
    [[coalesce(local.run.id, var.run_id, "none"), local.run.status, local.run.summary, try(local.metrics.summary, "")]],
    [for id in local.listed : [
      id,
      join(", ", compact([for handle in local.documents[id].handle_inputs : handle.filename])),
      local.documents[id].status,
      local.documents[id].error_message,
      try("${local.documents[id].artifact.operation}/${local.documents[id].artifact.id}", ""),
    ]],
  )
  limits = concat([[60, 20, 500, 500]], [for id in local.listed : [40, 60, 20, 120, 60]]) # characters

  # One line: white space and control characters become a space. Marks that reverse the direction of text are removed. The second
  # expression prevents a link, because GitHub makes one of each "www." by itself.
  lines = [for row in local.raw : [for text in row :
    trimspace(replace(replace(text == null ? "" : text, "/[\\s\\p{Zl}\\p{Zp}\\p{Cc}]+/", " "), "/[\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]/", ""))
  ]]
  characters = [for i, row in local.lines : [for j, line in row : length(split("", line)) > local.limits[i][j]
    ? concat(slice(split("", line), 0, local.limits[i][j] - 1), ["…"])
    : split("", line)
  ]]

  # The characters that mean something in Markdown or HTML, as entities, which mean nothing.
  entities = {
    "&" = "&amp;", "<" = "&lt;", ">" = "&gt;", "\"" = "&quot;", "'" = "&#39;", "|" = "&#124;", "\\" = "&#92;", "`" = "&#96;",
    "*" = "&#42;", "_" = "&#95;", "~" = "&#126;", "[" = "&#91;", "]" = "&#93;", "(" = "&#40;", ")" = "&#41;", "!" = "&#33;",
    "@" = "&#64;", "#" = "&#35;", ":" = "&#58;", "$" = "&#36;", "{" = "&#123;", "}" = "&#125;",
  }
  escaped = [for row in local.characters : [for text in row :
    replace(join("", [for character in text : lookup(local.entities, character, character)]), "/(?i)(www)\\./", "$${1}&#46;")
  ]]

  # GitHub turns @name and #1 into links also if they are entities, but not inside of code.
  code = [for row in local.escaped : [for text in row : text == "" ? "" : "<code>${text}</code>"]]

  head = local.code[0]
  table = [for i, id in local.listed : format("| %s | %s | %s | %s | %s | %s | %s |",
    local.code[i + 1][0], local.code[i + 1][1], local.code[i + 1][2],
    local.scores[id].score == null ? "" : local.scores[id].score, local.scores[id].prior == null ? "" : local.scores[id].prior,
    local.code[i + 1][3], local.code[i + 1][4],
  )]
}

output "markdown" {
  description = "The report in GitHub's Markdown. Texts of the server are escaped, so a file name cannot break or forge the report."
  value = join("\n", concat(
    ["### Run ${local.head[0]}${local.head[1] == "" ? "" : ": ${local.head[1]}"}", "", local.head[2], ""],
    local.head[3] == "" ? [] : [local.head[3], ""],
    length(local.listed) == 0 ? [] : concat(
      ["| Document | File | Status | Score | Prior score | Error | Artifact |", "|---|---|---|--:|--:|---|---|"],
      local.table, [""],
    ),
    length(local.omitted) == 0 ? [] : [join(" ", local.omitted), ""],
  ))
}

output "succeeded" {
  description = "Whether the run is completed and every document succeeded."
  value       = local.run.succeeded
}
