#!lua
-- @include ledger outbox seen
-- Credits guests with the diamonds of gifts that were delivered in rooms of other partitions: each once, and never refused.
-- KEYS: totals, journal, pending, seen buckets; then the buckets of the deadlines of this batch
-- ARGV: 1 claim, 2 msgpack: {journal_max, number of buckets, {bucket of each}, ms of a bucket}; then values as the outbox has them
-- Returns 'C' for each that is credited, 'L' where it came too late, and the mark of the journal's new end or ''; or one text alone
--   that refuses all: 'R<slug>'
-- Invariants: an id is credited once; minted = pending + available + held + paid.
local req = cmsgpack.unpack(ARGV[2])
local ledger, refusal = open_to_money(KEYS[1], ARGV[1])
if refusal then
  return {'R' .. refusal}
end
local items, late = read_items(ARGV, 3, req[3], GUEST, KEYS[1], ledger.now)
if ledger.n - ledger.archived + #items > req[1] then
  return {'Roverloaded'}
end
local seen = read_seen(items, 5, req[2])
redis.call('XLEN', KEYS[2])
redis.call('HLEN', KEYS[3])
redis.call('ZCARD', KEYS[4])

local results, entries, marks, credit = {}, {}, {}, {}
for b = 1, req[2] do
  marks[b] = {}
end
for i, item in ipairs(items) do
  local g = item.gift
  if seen[item.bucket][item.name] then
    results[i] = 'C'
  elseif item.deadline <= late then
    results[i] = 'L'
  else
    ledger.n, ledger.minted, ledger.shared = ledger.n + 1, ledger.minted + g[9], ledger.shared + g[10]
    credit[g[6]] = (credit[g[6]] or 0) + g[9]
    note_entry(entries, '["gift_credited"', string.sub(item.entry, 1, -2), g[17] and ']' or ',true]')
    local list = marks[item.bucket]
    list[#list + 1], list[#list + 2] = item.name, 'C'
    seen[item.bucket][item.name], results[i] = 'C', 'C'
  end
end
if entries.count then
  post_entries(KEYS[1], KEYS[2], ledger, entries)
  write_seen(marks, 5, KEYS[4], KEYS[1], ledger, req[4])
  for user, amount in pairs(credit) do
    redis.call('HINCRBY', KEYS[3], user, int(amount))
  end
end
results[#results + 1] = ledger.mark or ''
return results
