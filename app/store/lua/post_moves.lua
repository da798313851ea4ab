#!lua
-- @include ledger windows spenders limits balances moves
-- Posts a batch of entries that are no gifts, each whole or not at all, in order; a key is applied once, for ever.
-- KEYS: totals, journal, keys, frozen, coins, debt, pending, available, held, given, spending, limits, zones
-- ARGV: 1 claim, 2 msgpack: {moves, wallets channel, checked_n, people's channel}; a move: 1 key, 2 fingerprint, 3 op, 4 user,
--   5 amount, 6 and 7 the journal line before and behind `owed,[noted]`, 8 whether a guardian has agreed to it.
--   checked_n: up to this n the caller has looked for the keys in the archive, where the store has dropped the old ones.
-- Returns a text for each move and the mark of the journal's new end (see post_entries) or '', or 'X<slug>' alone, which refuses
--   all: 'N<record>' applied now, 'D<record>' applied before, 'R<slug>' refused with nothing stored (a slug, or
--   'limit ' and what limits.lua says), 'U' the archive has to be asked first. A record: 'n|owed|noted,noted...'
-- Invariants: issued = wallets + spent + clawed; minted = pending + available + held + paid; no balance below zero.
local req = cmsgpack.unpack(ARGV[2])
local moves, checked = req[1], req[3]
local ledger, refusal = open_to_money(KEYS[1], ARGV[1])
if refusal then
  return {'X' .. refusal}
end
local keys, users = {}, {}
for i, m in ipairs(moves) do
  keys[i], users[i] = m[1], m[4]
end
local people, seen = read_balances(users), {}
local spenders, given = read_other_spenders(people, users, ledger.now)
for i, v in ipairs(redis.call('HMGET', KEYS[3], unpack(keys))) do
  seen[keys[i]] = v
end
redis.call('XLEN', KEYS[2])

local results, entries, records, touched, otherwise_n = {}, {}, {}, {}, nil
for i, m in ipairs(moves) do
  local prior, person = seen[m[1]], people[m[4]]
  if prior then
    results[i] = string.sub(prior, 1, 16) == m[2] and 'D' .. string.sub(prior, 17) or 'Rid_reused'
  elseif checked < ledger.keys_from - 1 then
    results[i] = 'U'
  else
    local owed, slug = OPS[m[3]](person, m[5], ledger, m[8])
    if slug then
      results[i] = 'R' .. slug
    else
      local noted = noted_after(m[3], person)
      ledger.n = ledger.n + 1
      local record = int(ledger.n) .. '|' .. int(owed) .. '|' .. noted
      seen[m[1]] = m[2] .. record
      records[#records + 1], records[#records + 2] = m[1], m[2] .. record
      note_entry(entries, m[6], int(owed) .. ',[' .. noted, ']', m[7])
      touched[m[4]], results[i] = person, 'N' .. record
      otherwise_n = person.spent_otherwise and ledger.n or otherwise_n
    end
  end
end
if #records > 0 then
  -- The journal is written first: XADD alone could fail, if the stream had an id later than the ledger's time.
  post_entries(KEYS[1], KEYS[2], ledger, entries)
  redis.call('HSET', KEYS[3], unpack(records))
  write_balances(touched)
  keep_spenders(spenders, given, ledger.now, KEYS[11], req[4])
  if otherwise_n then
    -- Whoever counts in the archive what somebody has spent has to know of this one.
    redis.call('HSET', KEYS[1], 'otherwise_n', int(otherwise_n))
  end
  local moved = {''}
  for user, person in pairs(touched) do
    if person.moved then
      moved[#moved + 1] = user .. ' ' .. int(person.coins) .. ' ' .. int(ledger.n)
    end
  end
  if #moved > 1 then
    redis.call('SPUBLISH', req[2], table.concat(moved, '\n'))
  end
end
results[#results + 1] = ledger.mark or ''
return results
