#!lua flags=no-writes
-- What bounds a person's spending, and how far the person has come.
-- KEYS: totals, spending, limits, given
-- ARGV: 1 ledger epoch, 2 user
-- Returns {'R<slug>'} or {'', n, coins given in all, spending, limits}; the last two are '' where nothing was set
local epoch, n = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'n'))
if epoch ~= ARGV[1] then
  return {'Runinitialised'}
end
local function of(key)
  return redis.call('HGET', key, ARGV[2]) or ''
end
return {'', n, of(KEYS[4]), of(KEYS[2]), of(KEYS[3])}
