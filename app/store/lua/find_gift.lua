#!lua flags=no-writes
-- Looks for a gift in a piece of the journal, so that only what was found leaves the store.
-- KEYS: journal
-- ARGV: 1 and 2 the stream's ids to begin and end with, 3 how many stream entries to look at, 4 how the gift's line begins
-- Returns {n, line} found, {the id to go on behind} or {} at the end
local entries = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[2], 'COUNT', ARGV[3])
for _, entry in ipairs(entries) do
  local fields = {}
  for i = 1, #entry[2], 2 do
    fields[entry[2][i]] = entry[2][i + 1]
  end
  local lines = fields.e
  local at = string.find(lines, ARGV[4], 1, true)
  if at then
    local _, before = string.gsub(string.sub(lines, 1, at), '\n', '')
    return {fields.n + before, string.sub(lines, at, (string.find(lines, '\n', at, true) or 0) - 1)}
  end
end
return #entries == tonumber(ARGV[3]) and {entries[#entries][1]} or {}
