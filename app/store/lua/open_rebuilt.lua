#!lua
-- @include layout rebuild
-- Opens the ledger that was put together, whole and at once: its keys get their names, and it has its totals.
-- KEYS: totals, the rebuild's hash, losses
-- ARGV: 1 the rebuild's name, 2 the ledger that it takes the place of, 3 the new term, 4 who opens it and when, as JSON: with
--   that, all that was lost before is dealt with, 5 what is lost for good, as JSON, or ''; then pairs of field and value for
--   the totals
-- Returns 'N', or 'S' where another rebuild has begun since, or another ledger is there by now
local keys, run = read_rebuild(KEYS[2])
if run ~= ARGV[1] or ledger_there(KEYS[1]) ~= ARGV[2] then
  return 'S'
end
for key, how in pairs(keys) do
  if how == 'new' and redis.call('EXISTS', staged(key)) == 0 then
    return 'S'
  end
end
redis.call('HLEN', KEYS[3])
local time = redis.call('HMGET', KEYS[1], 'shift', 'steps', 'met')
for key, how in pairs(keys) do
  redis.call('UNLINK', key)
  if how == 'new' then
    redis.call('RENAME', staged(key), key)
  end
end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'layout', LAYOUT, 'term', ARGV[3], unpack(ARGV, 6))
for i, field in ipairs({'shift', 'steps', 'met'}) do
  if time[i] then
    redis.call('HSET', KEYS[1], field, time[i])
  end
end
redis.call('HSET', KEYS[3], ARGV[3] .. ' accepted', ARGV[4])
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[3], ARGV[3], ARGV[5])
end
return 'N'
