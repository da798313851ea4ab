-- How many viewers a room has, by the workers' reports. A report that is too old does not count.

-- The number in the notes (worker, '<count> <as of, ms>', ...), and the workers whose notes have run out.
local function count_viewers(notes, now, good_for)
  local total, silent = 0, {}
  for i = 1, #notes, 2 do
    local count, at = string.match(notes[i + 1], '^(%d+) (%d+)$')
    if tonumber(at) < now - good_for then
      silent[#silent + 1] = notes[i]
    else
      total = total + tonumber(count)
    end
  end
  return total, silent
end

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
