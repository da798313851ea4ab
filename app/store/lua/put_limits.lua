#!lua
-- @include ledger
-- Sets what bounds a person's spending, from the next gift on.
-- KEYS: totals, spending, limits, zones
-- ARGV: 1 claim, 2 user, 3 version, 4 msgpack of Bounds, 5 their zone, 6 its msgpack, 7 how far the person has come ('' where the
--   archive was not asked), 8 up to which n the archive was asked, 9 the people's channel
-- Returns 'N' set, 'O' a newer version is there, 'S' the archive has to be asked (anew), or 'R<slug>'
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return 'R' .. refusal
end
local user = ARGV[2]
local known, spending = redis.call('HGET', KEYS[3], user), redis.call('HGET', KEYS[2], user)
if known and cmsgpack.unpack(known).version >= tonumber(ARGV[3]) then
  return 'O'
end
if not spending then
  local otherwise = tonumber(redis.call('HGET', KEYS[1], 'otherwise_n')) or 0
  if ARGV[7] == '' or otherwise > tonumber(ARGV[8]) then
    return 'S'
  end
  spending = ARGV[7]
end
redis.call('HSET', KEYS[4], ARGV[5], ARGV[6])
redis.call('HSET', KEYS[3], user, ARGV[4])
-- The next gift looks at everything.
redis.call('HSET', KEYS[2], user, struct.pack('>ddd', 0, 0, 0) .. string.sub(spending, 25))
redis.call('SPUBLISH', ARGV[9], user .. ' {"type":"limits_changed"}')
return 'N'
