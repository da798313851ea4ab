#!lua
-- @include ledger room_log streaks goals levels gift_reads payer_rules room_rules gift_writes id_buckets windows spenders limits barred moderation
-- Applies a batch of gifts: all checks of a gift first, then writes that cannot fail.
-- KEYS: totals, journal, coins, pending, frozen, names, streaks due, id buckets, debt, given, spending, limits, zones; then the
--   buckets of this batch; then for each room its hash, log, streaks, board and board by gifts; then what each room is kept in
--   order by; then who is kept out.
-- ARGV: 1 claim, 2 msgpack: {window_ms, journal_max, number of buckets, {{room id, channel}...}, gifts, wallets channel,
--   the worker's name to tell balances under or '', ms of a bucket, the levels' thresholds, people's channel}
--   a gift: 1 sender, 2 id, 3 bucket (index from 1), 4 fingerprint, 5 time of the id in ms, 6 receiver, 7 room (index from
--   1), 8 coins, 9 milli-diamonds, 10 the platform's share in milli-diamonds, 11 quantity, 12 streak field or '', 13 event
--   fields up to the streak, 14 event fields after it, 15 journal entry up to the offset, 16 sender as JSON, 17 on the
--   board, 18 '|coins|milli-diamonds|', 19 its switch, 20 when the sender's token was issued (s), 21 its id or '',
--   22 who of the two needs a guardian (see rules/minors.py)
-- Returns a text for each gift and the mark of the journal's new end (see post_entries) or '', or one text alone that refuses
--   all: 'N<record>' answered now, with '|<level>' behind it where it led to a level, 'D<record>' answered before, 'R<slug>'
--   refused with nothing stored. A record, which is what is stored under the id:
--   'A|n|coins left|coins|milli-diamonds|streak id|streak count' applied, 'I|coins left|price' not enough coins,
--   'L|limit|left|when it begins anew' beyond a limit, or 'P|until' waits for an approval (see decide_gift.lua).
-- Invariants: coins spent = milli-diamonds / 1000 + share / 1000; no balance below zero; n dense; an id is applied once.
local req = cmsgpack.unpack(ARGV[2])
local window, journal_max, nbuckets, gifts = req[1], req[2], req[3], req[5]
local ledger, refusal = open_to_money(KEYS[1], ARGV[1])
if refusal then
  return {'R' .. refusal}
end
if ledger.n - ledger.archived + #gifts > journal_max then
  return {'Roverloaded'}
end
local at = at_text(ledger)

-- Reads. What is only written below is asked for its type here.
local senders = senders_of(gifts)
local balance, owes = read_wallets(senders, KEYS[3], KEYS[9])
local frozen = read_frozen(gifts, KEYS[5])
local barred = read_barred(gifts, KEYS[#KEYS])
local givers, spenders = read_givers(senders, KEYS[10], req[9]), read_spenders(senders, KEYS[11])
local seen, rooms = read_answers(gifts, 14, nbuckets), read_rooms(gifts, 14 + nbuckets, req[4], ledger)
for r, room in ipairs(rooms) do
  room.moderation_key = KEYS[#KEYS - 1 - #rooms + r]
end
read_moderation(rooms, gifts, function(g)
  return rooms[g[7]], g[1]
end)
redis.call('XLEN', KEYS[2])
redis.call('HLEN', KEYS[4])
redis.call('HLEN', KEYS[6])
redis.call('ZCARD', KEYS[7])
redis.call('ZCARD', KEYS[8])

-- Decisions, in order, each seeing those before it.
local results, entries, records, paid, credit, named, due = {}, {}, {}, {}, {}, {}, {}
for b = 1, nbuckets do
  records[b] = {}
end
local function remember(g, field, record)
  local list, stored = records[g[3]], g[4] .. record
  seen[g[3]][field] = stored
  list[#list + 1], list[#list + 2] = field, stored
  return 'N' .. record
end

local function apply(g, room)
  local left = balance[g[1]] - g[8]
  balance[g[1]], paid[g[1]] = left, left
  credit[g[6]] = (credit[g[6]] or 0) + g[9]
  ledger.n = ledger.n + 1
  ledger.spent, ledger.minted, ledger.shared = ledger.spent + g[8], ledger.minted + g[9], ledger.shared + g[10]
  local level, left_text = count_given(givers, g), int(left)
  local s, offset = show_gift(room, g, ledger, at, due, named, level)
  note_entry(entries, g[15], offset, ',' .. left_text, streak_entry(s, g))
  return 'A|' .. int(ledger.n) .. '|' .. left_text .. g[18] .. (s and s.id .. '|' .. s.count or '|0'), level
end

for i = 1, #gifts do
  local g = gifts[i]
  local field, room = answer_field(g), rooms[g[7]]
  local prior, spender, given = seen[g[3]][field], spenders[g[1]], givers.coins[g[1]]
  local approved = prior and is_approved(prior, g, KEYS[13 + g[3]], field)
  if prior and not approved then
    results[i] = is_same(prior, g) and 'D' .. string.sub(prior, 17) or 'Rid_reused'
  else
    local slug = refuse_barred_sender(barred, g) or refuse_barred_receiver(barred, g) or refuse_id(g, ledger, window)
      or refuse_place(room) or refuse_payer(g, frozen, owes) or refuse_receiver(g, ledger, frozen)
      or refuse_minor_sender(g, KEYS[12]) or refuse_minor_receiver(g, KEYS[12]) or refuse_moderated(room, g[1], ledger.now)
    local over = spender and not slug and may_be_beyond(spender, g[8], given, ledger.now)
      and refuse_gift_by_limits(spender, g, KEYS[12], KEYS[13], given, ledger.now, window, approved)
    if slug then
      results[i] = 'R' .. slug
    elseif over then
      results[i] = remember(g, field, over)
    elseif balance[g[1]] < g[8] then
      -- The refusal is stored, so that an old resend cannot spend coins that were bought after it.
      results[i] = remember(g, field, 'I|' .. int(balance[g[1]]) .. '|' .. int(g[8]))
    else
      local record, level = apply(g, room)
      results[i] = remember(g, field, record) .. (level and '|' .. level or '')
      if spender and spender.slow then
        note_spent(spender, given, givers.coins[g[1]], ledger.now)
      end
    end
  end
end

-- Writes. The journal first: XADD alone could fail, if the stream had an id later than the ledger's time.
local function same(v)
  return v
end

if entries.count then
  post_entries(KEYS[1], KEYS[2], ledger, entries)
end

for b = 1, nbuckets do
  if #records[b] > 0 then
    redis.call('HSET', KEYS[13 + b], unpack(records[b]))
    note_bucket(KEYS[8], KEYS[13 + b], KEYS[1], ledger, window, req[8])
  end
end
keep_spenders(spenders, givers.coins, ledger.now, KEYS[11], req[10])
if entries.count then
  redis.call('HSET', KEYS[3], unpack(flatten(paid, int)))
  redis.call('HSET', KEYS[10], unpack(flatten(givers.counted, int)))
  for user, amount in pairs(credit) do
    redis.call('HINCRBY', KEYS[4], user, int(amount))
  end
  if next(named) then
    redis.call('HSET', KEYS[6], unpack(flatten(named, same)))
  end
  if #due > 0 then
    redis.call('ZADD', KEYS[7], unpack(due))
  end
  write_rooms(rooms, at)
  tell_balances(paid, givers, ledger, req[6], req[7])
end
results[#results + 1] = ledger.mark or ''
return results
