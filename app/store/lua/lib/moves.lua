-- What a move does to a person's balances: all of its checks, then the change. KEYS as in post_moves.lua.

local COLUMNS = {coins = 5, debt = 6, pending = 7, available = 8, held = 9}

-- user -> balances, and whether the user is frozen.
local function read_balances(users)
  local people = {}
  for i, v in ipairs(redis.call('SMISMEMBER', KEYS[4], unpack(users))) do
    people[users[i]] = {frozen = v == 1}
  end
  for name, at in pairs(COLUMNS) do
    for i, v in ipairs(redis.call('HMGET', KEYS[at], unpack(users))) do
      people[users[i]][name] = tonumber(v) or 0
    end
  end
  return people
end

-- The columns that each person's moves have changed. A debt of 0 is deleted, so that mostly the debt key does not exist.
local function write_balances(people)
  for name, at in pairs(COLUMNS) do
    local values, none = {}, {}
    for user, person in pairs(people) do
      if person.changed and person.changed[name] then
        if name == 'debt' and person.debt == 0 then
          none[#none + 1] = user
        else
          values[#values + 1], values[#values + 2] = user, int(person[name])
        end
      end
    end
    if #values > 0 then
      redis.call('HSET', KEYS[at], unpack(values))
    end
    if #none > 0 then
      redis.call('HDEL', KEYS[at], unpack(none))
    end
  end
  for user, person in pairs(people) do
    if person.freeze ~= nil then
      redis.call(person.freeze and 'SADD' or 'SREM', KEYS[4], user)
    end
  end
end

local function change(person, name, by)
  person[name] = person[name] + by
  person.changed = person.changed or {}
  person.changed[name] = true
  person.moved = person.moved or name == 'coins'
end

-- From one state of diamonds to another; nil for a state means paid out.
local function move_diamonds(from, to)
  return function(person, milli, ledger)
    if from and person[from] < milli or not from and ledger.paid < milli then
      return 0, 'insufficient_diamonds'
    elseif person.frozen and from == 'available' then
      return 0, 'wallet_frozen'
    end
    if from then
      change(person, from, -milli)
    else
      ledger.paid = ledger.paid - milli
    end
    if to then
      change(person, to, milli)
    else
      ledger.paid = ledger.paid + milli
    end
    return 0
  end
end

-- op -> function(person, amount, ledger) that returns owed, or 0 and the slug of a refusal.
local OPS = {
  -- New coins; a debt is paid off first.
  credit = function(person, coins, ledger)
    if ledger.issued + coins > AMOUNT_MAX then
      return 0, 'limit_reached'
    end
    local owed = math.min(person.debt, coins)
    ledger.issued, ledger.clawed = ledger.issued + coins, ledger.clawed + owed
    change(person, 'coins', coins - owed)
    change(person, 'debt', -owed)
    return owed
  end,
  -- So many coins, or none.
  take = function(person, coins, ledger)
    if person.coins < coins then
      return 0, 'insufficient_coins'
    end
    ledger.clawed = ledger.clawed + coins
    change(person, 'coins', -coins)
    return 0
  end,
  -- What is there; the rest becomes a debt.
  claw = function(person, coins, ledger)
    local owed = math.max(coins - person.coins, 0)
    ledger.clawed = ledger.clawed + coins - owed
    change(person, 'coins', owed - coins)
    change(person, 'debt', owed)
    return owed
  end,
  settle = move_diamonds('pending', 'available'),
  hold = move_diamonds('available', 'held'),
  pay = move_diamonds('held', nil),
  unhold = move_diamonds('held', 'available'),
  unpay = move_diamonds(nil, 'available'),
  freeze = function(person)
    person.freeze, person.frozen = true, true
    return 0
  end,
  unfreeze = function(person)
    person.freeze, person.frozen = false, false
    return 0
  end,
}

-- The balances that an entry notes, joined by commas.
local function noted_after(op, person)
  if op == 'credit' or op == 'take' or op == 'claw' then
    return int(person.coins) .. ',' .. int(person.debt)
  elseif op == 'freeze' or op == 'unfreeze' then
    return ''
  end
  return int(person.pending) .. ',' .. int(person.available) .. ',' .. int(person.held)
end
