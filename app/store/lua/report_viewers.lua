#!lua
-- Notes how many viewers a worker has in its rooms and answers how many all workers have; a dead worker's note runs out.
-- KEYS: for each room its viewers hash
-- ARGV: 1 worker, 2 ms a note is good for; then for each room this worker's viewers
-- Returns the number of viewers of each room
local time = redis.call('TIME')
local now, totals = time[1] * 1000 + math.floor(time[2] / 1000), {}
for i, key in ipairs(KEYS) do
  local count = ARGV[2 + i]
  if count == '0' then
    redis.call('HDEL', key, ARGV[1])
  else
    redis.call('HSET', key, ARGV[1], count .. ' ' .. string.format('%d', now))
    redis.call('PEXPIRE', key, ARGV[2])
  end
  local total, notes = 0, redis.call('HGETALL', key)
  for j = 1, #notes, 2 do
    local n, at = string.match(notes[j + 1], '^(%d+) (%d+)$')
    if tonumber(at) < now - tonumber(ARGV[2]) then
      redis.call('HDEL', key, notes[j])
    else
      total = total + tonumber(n)
    end
  end
  totals[i] = total
end
return totals
