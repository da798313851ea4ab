#!lua
-- @include viewers
-- Notes how many viewers a worker has in its rooms and answers how many all workers have; a dead worker's note runs out.
-- KEYS: for each room its viewers hash
-- ARGV: 1 worker, 2 ms a note is good for; then for each room this worker's viewers
-- Returns the number of viewers of each room
local now, totals = now_ms(), {}
for i, key in ipairs(KEYS) do
  local count = ARGV[2 + i]
  if count == '0' then
    redis.call('HDEL', key, ARGV[1])
  else
    redis.call('HSET', key, ARGV[1], count .. ' ' .. string.format('%d', now))
    redis.call('PEXPIRE', key, ARGV[2])
  end
  local total, silent = count_viewers(redis.call('HGETALL', key), now, tonumber(ARGV[2]))
  for _, worker in ipairs(silent) do
    redis.call('HDEL', key, worker)
  end
  totals[i] = total
end
return totals
