#!lua
-- @include ledger levels outbox gift_reads payer_rules gift_writes id_buckets windows spenders limits barred
-- Pays a batch of gifts whose room or receiver lives in another partition: all that can refuse for the payer's sake, then the
-- coins into escrow and the gift into the outbox, from where it is delivered (deliver_gifts.lua) and closed (close_gifts.lua).
-- KEYS: totals, journal, coins, frozen, id buckets, debt, given, spending, limits, zones, outbox, who is kept out; then the
--   buckets of this batch
-- ARGV: 1 claim, 2 msgpack: {window_ms, journal_max, number of buckets, lengths of the pieces of 3, gifts as in send_gifts.lua,
--   but for what the room alone has to know, their entry, and field 7, the room's partition, wallets channel, the worker's name to
--   tell balances under or '', ms of a bucket, the levels' thresholds, people's channel, ms to the deadline}, 3 in one text what the
--   outbox is to have of each gift, from the blank behind the level on
-- Returns as send_gifts.lua, and of a gift that is under way 'NE' with what the outbox has up to the level, or 'DE' with all that
--   it has. Its record meanwhile: 'E|n|coins left|coins|milli-diamonds'
-- Invariants: escrow = coins of the gifts in the outbox; no balance below zero; n dense; an id is paid once.
local req = cmsgpack.unpack(ARGV[2])
local window, nbuckets, gifts, tails = req[1], req[3], req[5], cut(ARGV[3], req[4])
local ledger, refusal = open_to_money(KEYS[1], ARGV[1])
if refusal then
  return {'R' .. refusal}
end
if ledger.n - ledger.archived + #gifts > req[2] then
  return {'Roverloaded'}
end

-- Reads. What is only written below is asked for its type here.
local senders = senders_of(gifts)
local balance, owes = read_wallets(senders, KEYS[3], KEYS[6])
local frozen, barred = read_frozen(gifts, KEYS[4]), read_barred(gifts, KEYS[12])
local givers, spenders = read_givers(senders, KEYS[7], req[9]), read_spenders(senders, KEYS[8])
local seen = read_answers(gifts, 13, nbuckets)
redis.call('XLEN', KEYS[2])
redis.call('ZCARD', KEYS[5])
redis.call('HLEN', KEYS[11])

local results, entries, records, paid, out, put, escrow = {}, {}, {}, {}, {}, {}, 0
local deadline = int(ledger.now + req[11]) .. ' '
for b = 1, nbuckets do
  records[b] = {}
end
local function remember(g, field, record)
  local list, stored = records[g[3]], g[4] .. record
  seen[g[3]][field] = stored
  list[#list + 1], list[#list + 2] = field, stored
  return 'N' .. record
end

local function pay(g, field, tail)
  local left = balance[g[1]] - g[8]
  balance[g[1]], paid[g[1]] = left, left
  ledger.n, escrow = ledger.n + 1, escrow + g[8]
  local level, n, left_text = count_given(givers, g) or 0, int(ledger.n), int(left)
  note_entry(entries, '["gift_paid"', entry_of(tail), left_text .. ',' .. g[7], g[17] and ']' or ',true]')
  remember(g, field, 'E|' .. n .. '|' .. left_text .. string.sub(g[18], 1, -2))
  local head = deadline .. n .. ' ' .. left_text .. ' ' .. level
  put[field] = head .. tail
  out[#out + 1], out[#out + 2] = field, put[field]
  return 'NE' .. head
end

-- Paid already, and perhaps on its way still.
local function again(g, field, record)
  if string.sub(record, 1, 1) ~= 'E' then
    return 'D' .. record
  end
  local value = put[field] or redis.call('HGET', KEYS[11], field)
  return value and 'DE' .. value or 'Runknown_outcome'
end

for i, g in ipairs(gifts) do
  local field = answer_field(g)
  local prior, spender, given = seen[g[3]][field], spenders[g[1]], givers.coins[g[1]]
  if prior then
    g[15] = '["gift"' .. entry_of(tails[i])
  end
  local approved = prior and is_approved(prior, g, KEYS[12 + g[3]], field)
  if prior and not approved then
    results[i] = is_same(prior, g) and again(g, field, string.sub(prior, 17)) or 'Rid_reused'
  else
    local slug = refuse_barred_sender(barred, g) or refuse_id(g, ledger, window) or refuse_payer(g, frozen, owes)
      or refuse_minor_sender(g, KEYS[9])
    local over = spender and not slug and may_be_beyond(spender, g[8], given, ledger.now)
      and refuse_gift_by_limits(spender, g, KEYS[9], KEYS[10], given, ledger.now, window, approved)
    if slug then
      results[i] = 'R' .. slug
    elseif over then
      results[i] = remember(g, field, over)
    elseif balance[g[1]] < g[8] then
      results[i] = remember(g, field, 'I|' .. int(balance[g[1]]) .. '|' .. int(g[8]))
    else
      results[i] = pay(g, field, tails[i])
      if spender and spender.slow then
        note_spent(spender, given, givers.coins[g[1]], ledger.now)
      end
    end
  end
end

-- Writes.
if entries.count then
  post_entries(KEYS[1], KEYS[2], ledger, entries)
end
for b = 1, nbuckets do
  if #records[b] > 0 then
    redis.call('HSET', KEYS[12 + b], unpack(records[b]))
    note_bucket(KEYS[5], KEYS[12 + b], KEYS[1], ledger, window, req[8])
  end
end
keep_spenders(spenders, givers.coins, ledger.now, KEYS[8], req[10])
if entries.count then
  redis.call('HINCRBY', KEYS[1], 'escrow', int(escrow))
  redis.call('HSET', KEYS[3], unpack(flatten(paid, int)))
  redis.call('HSET', KEYS[7], unpack(flatten(givers.counted, int)))
  redis.call('HSET', KEYS[11], unpack(out))
  -- A level is told once the gift has arrived.
  tell_balances(paid, {levels = {}}, ledger, req[6], req[7])
end
results[#results + 1] = ledger.mark or ''
return results
