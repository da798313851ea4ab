-- People's balances: read all together, and written back where they have changed. KEYS as in post_moves.lua.

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

-- Those of the users who have limits, and what they have given in all: known of each person as `spender` and `given`.
local function read_other_spenders(people, users, now)
  local spenders, given = read_spenders(users, KEYS[11]), {}
  for user, spender in pairs(spenders) do
    open_spender(spender, user, KEYS[12], KEYS[13], now)
    given[user] = tonumber(redis.call('HGET', KEYS[10], user)) or 0
    people[user].spender, people[user].given = spender, given[user]
  end
  return spenders, given
end
