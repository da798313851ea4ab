#!lua
-- @include ledger
-- Gives coins to wallets, a batch of grants at a time; a key is applied once, for ever.
-- KEYS: totals, journal, coins, grants
-- ARGV[1], msgpack: {epoch, grants, wallets channel}; a grant: 1 key, 2 fingerprint, 3 user, 4 coins, 5 journal entry up to
--   the balance
-- Returns a text for each grant, or one alone that refuses all: 'N<record>', 'D<record>' or 'R<slug>'; a record: 'n|coins'
-- Invariant: issued grows by exactly what the wallets grow by.
local req = cmsgpack.unpack(ARGV[1])
local grants = req[2]
local ledger, refusal = open_ledger(KEYS[1], req[1])
if refusal then
  return {'R' .. refusal}
end
local keys, users = {}, {}
for i, g in ipairs(grants) do
  keys[i], users[i] = g[1], g[3]
end
local balance, seen = {}, {}
for i, v in ipairs(redis.call('HMGET', KEYS[3], unpack(users))) do
  balance[users[i]] = tonumber(v) or 0
end
for i, v in ipairs(redis.call('HMGET', KEYS[4], unpack(keys))) do
  seen[keys[i]] = v
end
redis.call('XLEN', KEYS[2])

local results, entries, records, paid, moved = {}, {}, {}, {}, {''}
for i, g in ipairs(grants) do
  local prior = seen[g[1]]
  if prior then
    results[i] = string.sub(prior, 1, 16) == g[2] and 'D' .. string.sub(prior, 17) or 'Rid_reused'
  elseif ledger.issued + g[4] > AMOUNT_MAX then
    results[i] = 'Rlimit_reached'
  else
    local left = balance[g[3]] + g[4]
    balance[g[3]], paid[g[3]] = left, left
    ledger.n, ledger.issued = ledger.n + 1, ledger.issued + g[4]
    local record = int(ledger.n) .. '|' .. int(left)
    seen[g[1]] = g[2] .. record
    records[#records + 1], records[#records + 2] = g[1], g[2] .. record
    note_entry(entries, g[5], int(left), ']')
    results[i] = 'N' .. record
  end
end
if #records > 0 then
  redis.call('HSET', KEYS[3], unpack(flatten(paid, int)))
  redis.call('HSET', KEYS[4], unpack(records))
  post_entries(KEYS[1], KEYS[2], ledger, entries)
  for user, left in pairs(paid) do
    moved[#moved + 1] = user .. ' ' .. int(left) .. ' ' .. int(ledger.n)
  end
  redis.call('SPUBLISH', req[3], table.concat(moved, '\n'))
end
return results
