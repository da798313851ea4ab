#!lua flags=no-writes
-- Looks for what a gift's sender's journal says of it in a piece of the journal, so that only what was found leaves the store.
-- KEYS: journal
-- ARGV: 1 and 2 the stream's ids to begin and end with, 3 how many stream entries to look at, 4 what stands behind the kind in the
--   gift's lines
-- Returns {n, line, the id to go on behind} found, {the id to go on behind} or {} at the end
local SENDERS = {gift = true, gift_paid = true, gift_closed = true, gift_returned = true}
local entries = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[2], 'COUNT', ARGV[3])
for _, entry in ipairs(entries) do
  local fields = {}
  for i = 1, #entry[2], 2 do
    fields[entry[2][i]] = entry[2][i + 1]
  end
  local lines = fields.e
  local at = string.find(lines, ARGV[4], 1, true)
  while at do
    local before, last = string.sub(lines, 1, at - 1), (string.find(lines, '\n', at, true) or 0) - 1
    local kind = string.match(before, '%["([a-z_]+)"$')
    if SENDERS[kind] then
      local _, count = string.gsub(before, '\n', '')
      return {fields.n + count, string.sub(lines, at - #kind - 3, last), entry[1]}
    end
    at = string.find(lines, ARGV[4], at + 1, true)
  end
end
return #entries == tonumber(ARGV[3]) and {entries[#entries][1]} or {}
