#!lua
-- @include ledger levels outbox windows spenders limits gift_writes
-- Closes what lies in the outbox, each once: a gift that was delivered is spent, one that cannot be comes back, a guest has what
-- was to be credited.
-- KEYS: totals, journal, coins, debt, given, spending, limits, zones, outbox; then the buckets of the ids of this batch
-- ARGV: 1 claim, 2 msgpack: {{{name in the outbox, bucket of the id, end}...}, wallets channel, people's channel}; an end:
--   what deliver_gifts.lua answered (not 'L'), 'C' the guest has it
-- Returns a text for each and the mark of the journal's new end or '', or one text alone that refuses all: 'R<slug>';
--   'N<record>' closed now, with '|<level>' behind it where it led to one, 'D<record>' or 'D' closed before
-- A record: 'A|...' as in send_gifts.lua, or 'X|<slug>' it came back.
-- Invariants: escrow = coins of the gifts in the outbox; issued = wallets + escrow + spent + clawed.
local req = cmsgpack.unpack(ARGV[2])
local closings = req[1]
local ledger, refusal = open_to_money(KEYS[1], ARGV[1])
if refusal then
  return {'R' .. refusal}
end
local names, there, gone, users, moved = {}, {}, {}, {}, {}
for i, c in ipairs(closings) do
  names[i] = c[1]
end
for i, v in ipairs(redis.call('HMGET', KEYS[9], unpack(names))) do
  local name, kind = names[i], string.sub(closings[i][3], 1, 1)
  if v and not there[name] then
    local n, left, level, anonymous, coins, milli = string.match(v, '^%d+ (%d+) (%d+) (%d+) ([01]) |(%d+)|(%d+)| ')
    -- An id has 36 characters.
    local user = string.sub(name, 1, -38)
    there[name] = {
      user = user, n = n, left = left, level = level, anonymous = anonymous == '1' and 'true' or 'false', entry = entry_of(v),
      coins = tonumber(coins), record = '|' .. coins .. '|' .. milli .. '|',
    }
    -- Mostly nobody gets anything back, or comes to a level.
    if (kind == 'X' or level ~= '0') and not moved[user] then
      moved[user], users[#users + 1] = true, user
    end
  end
end
local balance, owed, given, spenders, wallets = {}, {}, {}, {}, {}
if #users > 0 then
  for key, column in pairs({[KEYS[3]] = balance, [KEYS[4]] = owed, [KEYS[5]] = given}) do
    for i, v in ipairs(redis.call('HMGET', key, unpack(users))) do
      column[users[i]] = tonumber(v) or 0
    end
  end
  spenders = read_spenders(users, KEYS[6])
end
-- What is stored under the ids of gifts, and what is to be.
local stored, changed, fields = {}, {}, {}
for b = 1, #KEYS - 9 do
  changed[b], fields[b] = {}, {}
end
for _, c in ipairs(closings) do
  local list = fields[c[2]]
  list[#list + 1] = c[1]
end
for b, list in ipairs(fields) do
  for i, v in ipairs(redis.call('HMGET', KEYS[9 + b], unpack(list))) do
    stored[list[i]] = v
  end
end
redis.call('XLEN', KEYS[2])

local results, entries, records, told, back, escrow = {}, {}, {}, {levels = {}}, {}, 0

local function spend(gift, done)
  local delivered_n, offset, streak, count = string.match(done, '^D|(%d+)|(%d+)|([^|]*)|(%d+)$')
  ledger.spent = ledger.spent + gift.coins
  note_entry(entries, '["gift_closed"', gift.entry, offset .. ',' .. gift.left .. ',' .. (streak == '' and 'null' or '"' .. streak .. '"'),
    ',' .. count .. ',' .. gift.anonymous .. ',' .. gift.n .. ',' .. delivered_n .. ']')
  local record = 'A|' .. gift.n .. '|' .. gift.left .. gift.record .. streak .. '|' .. count
  if gift.level == '0' then
    return record, record
  end
  told.levels[gift.user], wallets[gift.user] = ' ' .. gift.level, 0
  return record, record .. '|' .. gift.level
end

-- All coins come back; a debt that was made meanwhile is paid off first.
local function give_back(gift, done)
  local user, coins, spender = gift.user, gift.coins, spenders[gift.user]
  local pays = math.min(owed[user], coins)
  ledger.clawed = ledger.clawed + pays
  owed[user], balance[user], given[user] = owed[user] - pays, balance[user] + coins - pays, given[user] - coins
  wallets[user], back[user] = 0, true
  if spender then
    if not spender.set then
      open_spender(spender, user, KEYS[7], KEYS[8], ledger.now)
    end
    spender.slow = true
    for _, name in ipairs({'day_from', 'week_from', 'month_from', 'sat_from'}) do
      spender[name] = math.min(spender[name], given[user])
    end
  end
  note_entry(entries, '["gift_returned"', gift.entry, int(pays) .. ',' .. int(balance[user]) .. ',' .. int(owed[user]),
    ',"' .. string.match(done, '^X|([a-z_]*)') .. '",' .. gift.anonymous .. ',' .. gift.n .. ']')
  return done, done
end

for i, c in ipairs(closings) do
  local name, done = c[1], c[3]
  local gift, kind = there[name], string.sub(done, 1, 1)
  if not gift then
    results[i] = 'D' .. (records[name] or stored[name] and string.sub(stored[name], 17) or '')
  elseif kind == 'C' then
    results[i], there[name], gone[#gone + 1] = 'N', nil, name
  else
    ledger.n, escrow = ledger.n + 1, escrow + gift.coins
    local record, answer = (kind == 'D' and spend or give_back)(gift, done)
    records[name], results[i], there[name], gone[#gone + 1] = record, 'N' .. answer, nil, name
    -- One that was forgotten by its time stays so.
    local prior, list = stored[name], changed[c[2]]
    if prior and string.sub(prior, 17, 17) == 'E' then
      list[#list + 1], list[#list + 2] = name, string.sub(prior, 1, 16) .. record
    end
  end
end

if entries.count then
  post_entries(KEYS[1], KEYS[2], ledger, entries)
  redis.call('HINCRBY', KEYS[1], 'escrow', int(-escrow))
  for b, list in ipairs(changed) do
    if #list > 0 then
      redis.call('HSET', KEYS[9 + b], unpack(list))
    end
  end
  for user in pairs(back) do
    redis.call('HSET', KEYS[3], user, int(balance[user]))
    redis.call('HSET', KEYS[5], user, int(given[user]))
    if owed[user] > 0 then
      redis.call('HSET', KEYS[4], user, int(owed[user]))
    else
      redis.call('HDEL', KEYS[4], user)
    end
  end
  keep_spenders(spenders, given, ledger.now, KEYS[6], req[3])
  if next(wallets) then
    for user in pairs(wallets) do
      wallets[user] = balance[user]
    end
    -- Whoever has taken this step, none of the person's own workers need have.
    tell_balances(wallets, told, ledger, req[2])
  end
end
if #gone > 0 then
  redis.call('HDEL', KEYS[9], unpack(gone))
end
results[#results + 1] = ledger.mark or ''
return results
