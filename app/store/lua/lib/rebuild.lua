-- A ledger is put together behind the scenes, under names that nobody else reads: its rebuild's hash has the name of who is at
-- it (`run`), and for each key whether it is `new`, or to be gone (`drop`), once the ledger opens.

local function staged(key)
  return 'new:' .. key
end

-- The ledger that a store has, as `<epoch> <term> <n> <head>`; '' for none.
local function ledger_there(totals_key)
  local v = redis.call('HMGET', totals_key, 'epoch', 'term', 'n', 'h')
  return v[1] and v[1] .. ' ' .. (v[2] or '0') .. ' ' .. v[3] .. ' ' .. (v[4] == '' and '-' or v[4]) or ''
end

-- key -> 'new' or 'drop', and who is at it.
local function read_rebuild(rebuild_key)
  local keys, flat = {}, redis.call('HGETALL', rebuild_key)
  for i = 1, #flat, 2 do
    keys[flat[i]] = flat[i + 1]
  end
  local run = keys.run
  keys.run = nil
  return keys, run
end
