-- What a move does to a person's balances: all of its checks, then the change. KEYS as in post_moves.lua.

local function change(person, name, by)
  person[name] = person[name] + by
  person.changed = person.changed or {}
  person.changed[name] = true
  person.moved = person.moved or name == 'coins'
end

-- Coins for the wallet; a debt is paid off first.
local function bring(person, coins, ledger)
  local owed = math.min(person.debt, coins)
  ledger.clawed = ledger.clawed + owed
  change(person, 'coins', coins - owed)
  change(person, 'debt', -owed)
  return owed
end

-- From one state of diamonds to another; nil for a state means paid out.
local function move_diamonds(from, to)
  return function(person, milli, ledger)
    if from and person[from] < milli or not from and ledger.paid < milli then
      return 0, 'insufficient_diamonds'
    elseif person.frozen and from == 'available' and milli > 0 then
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

-- Earned diamonds are taken back, as far as they are there in that state; the rest is told.
local function seize(from)
  return function(person, milli, ledger)
    local missing = math.max(milli - person[from], 0)
    ledger.minted = ledger.minted + missing - milli
    change(person, from, missing - milli)
    return missing
  end
end

-- What was spent otherwise than by gifts counts as if it had been given; what came back of it, not any more.
local function shift_windows(person, coins)
  person.spent_otherwise = true
  local spender = person.spender
  for _, name in ipairs(spender and {'day_from', 'week_from', 'month_from'} or {}) do
    spender[name], spender.slow = math.min(spender[name] - coins, person.given), true
  end
end

-- op -> function(person, amount, ledger, approved by a guardian) that returns owed, or 0 and the slug of a refusal.
local OPS = {
  -- New coins.
  credit = function(person, coins, ledger)
    if ledger.issued + coins > AMOUNT_MAX then
      return 0, 'limit_reached'
    end
    ledger.issued = ledger.issued + coins
    return bring(person, coins, ledger)
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
  -- As a gift is paid, but nobody earns by it. No coins at all are spent by anybody: that uses up a key.
  spend = function(person, coins, ledger, approved)
    local refused = coins > 0 and person.spender
      and refuse_spending(person.spender, coins, nil, person.given, ledger.now, approved)
    if coins > 0 and person.frozen then
      return 0, 'wallet_frozen'
    elseif coins > 0 and person.debt > 0 then
      return 0, 'wallet_in_debt'
    elseif refused then
      return 0, 'limit ' .. refused
    elseif person.coins < coins then
      return 0, 'insufficient_coins'
    end
    ledger.spent = ledger.spent + coins
    shift_windows(person, coins)
    change(person, 'coins', -coins)
    return 0
  end,
  -- Spent coins come back.
  unspend = function(person, coins, ledger)
    if ledger.spent < coins then
      return 0, 'insufficient_coins'
    end
    ledger.spent = ledger.spent - coins
    shift_windows(person, -coins)
    return bring(person, coins, ledger)
  end,
  -- New diamonds, which nobody may refuse: they were shown.
  earn = function(person, milli, ledger)
    ledger.minted = ledger.minted + milli
    change(person, 'pending', milli)
    return 0
  end,
  settle = move_diamonds('pending', 'available'),
  hold = move_diamonds('available', 'held'),
  pay = move_diamonds('held', nil),
  unhold = move_diamonds('held', 'available'),
  unpay = move_diamonds(nil, 'available'),
  seize_pending = seize('pending'),
  seize_available = seize('available'),
  freeze = function(person)
    person.freeze, person.frozen = true, true
    return 0
  end,
  unfreeze = function(person)
    person.freeze, person.frozen = false, false
    return 0
  end,
}

local COINS_OPS = {credit = true, take = true, claw = true, spend = true, unspend = true}

-- The balances that an entry notes, joined by commas.
local function noted_after(op, person)
  if COINS_OPS[op] then
    return int(person.coins) .. ',' .. int(person.debt)
  elseif op == 'freeze' or op == 'unfreeze' then
    return ''
  end
  return int(person.pending) .. ',' .. int(person.available) .. ',' .. int(person.held)
end
