#!lua
-- @include ledger room_log streaks goals levels outbox seen gift_reads room_rules gift_writes limits barred moderation
-- Delivers a batch of paid gifts to their rooms: each once, whoever asks and however often. A refusal is as final as a delivery.
-- KEYS: totals, journal, pending, frozen, names, streaks due, limits, outbox, seen buckets, who is kept out; then the buckets of the
--   deadlines of this batch; then for each room its hash, log, streaks, board and board by gifts; then what each room is kept in
--   order by
-- ARGV: 1 claim, 2 msgpack: {journal_max, number of buckets, {{room id, channel}...}, {bucket of each}, {room of each}, {whether its
--   receiver lives here}, ms of a bucket, ms to the deadline, lengths of the pieces of 3}, 3 in one text what the outbox has of each
-- Returns a text for each and the mark of the journal's new end or '', or one text alone that refuses all: 'R<slug>';
--   'D|n|offset|streak id|streak count' delivered, 'X|<slug>' it never can be, 'L' it came too late, or nothing but its payment is
--   known any more
-- Invariants: an id is delivered once; minted = pending + available + held + paid; each delivered gift has its event.
local req = cmsgpack.unpack(ARGV[2])
local nbuckets, here, bucket_ms = req[2], req[6], req[7]
local ledger, refusal = open_to_money(KEYS[1], ARGV[1])
if refusal then
  return {'R' .. refusal}
end
if ledger.n - ledger.archived + #here > req[1] then
  return {'Roverloaded'}
end
local at = at_text(ledger)

-- Reads. What is only written below is asked for its type here.
local items, late = read_items(cut(ARGV[3], req[9]), req[4], KEYS[1], ledger.now)
local gifts = {}
for i, item in ipairs(items) do
  if item.gift then
    gifts[#gifts + 1], item.gift[7] = item.gift, req[5][i]
  end
end
local frozen, barred = read_frozen(gifts, KEYS[4]), read_barred(gifts, KEYS[10])
local seen, rooms = read_seen(items, 11, nbuckets), read_rooms(gifts, 11 + nbuckets, req[3], ledger)
for r, room in ipairs(rooms) do
  room.moderation_key = KEYS[10 + nbuckets + 5 * #rooms + r]
end
read_moderation(rooms, gifts, function(g)
  return rooms[g[7]], g[1]
end)
redis.call('XLEN', KEYS[2])
for _, key in ipairs({KEYS[3], KEYS[5], KEYS[8]}) do
  redis.call('HLEN', key)
end
redis.call('ZCARD', KEYS[6])
redis.call('ZCARD', KEYS[9])

local results, entries, marks, credit, named, due, out = {}, {}, {}, {}, {}, {}, {}
for b = 1, nbuckets do
  marks[b] = {}
end

local function deliver(item, g, room, is_here)
  ledger.n = ledger.n + 1
  ledger.shared = ledger.shared + g[10]
  if is_here then
    credit[g[6]] = (credit[g[6]] or 0) + g[9]
    ledger.minted = ledger.minted + g[9]
  else
    out[#out + 1], out[#out + 2] = GUEST .. item.name, for_guest(ledger.now + req[8], item.value)
  end
  if room.goal then
    -- It may count one kind of gift alone.
    g[15] = '["gift"' .. item.entry
  end
  local s, offset = show_gift(room, g, ledger, at, due, named, item.level > 0 and item.level)
  local offset_text = int(offset)
  note_entry(entries, '["gift_delivered"', item.entry, offset_text .. ',' .. tostring(not is_here), streak_entry(s, g))
  return 'D|' .. int(ledger.n) .. '|' .. offset_text .. '|' .. (s and s.id .. '|' .. s.count or '|0')
end

for i, item in ipairs(items) do
  local g, prior = item.gift, seen[item.bucket][item.name]
  if prior then
    results[i] = prior
  elseif item.deadline <= late or not g then
    results[i] = 'L'
  else
    local room = rooms[g[7]]
    local slug = refuse_barred_receiver(barred, g) or refuse_place(room) or refuse_receiver(g, ledger, frozen)
      or here[i] and refuse_minor_receiver(g, KEYS[7]) or refuse_moderated(room, g[1], ledger.now)
    local answer = slug and 'X|' .. slug or deliver(item, g, room, here[i])
    local list = marks[item.bucket]
    list[#list + 1], list[#list + 2] = item.name, answer
    seen[item.bucket][item.name], results[i] = answer, answer
  end
end

-- Writes.
if entries.count then
  post_entries(KEYS[1], KEYS[2], ledger, entries)
end
write_seen(marks, 11, KEYS[9], KEYS[1], ledger, bucket_ms)
if entries.count then
  for user, amount in pairs(credit) do
    redis.call('HINCRBY', KEYS[3], user, int(amount))
  end
  if next(named) then
    redis.call('HSET', KEYS[5], unpack(flatten(named, tostring)))
  end
  if #due > 0 then
    redis.call('ZADD', KEYS[6], unpack(due))
  end
  if #out > 0 then
    redis.call('HSET', KEYS[8], unpack(out))
  end
  write_rooms(rooms, at)
end
results[#results + 1] = ledger.mark or ''
return results
