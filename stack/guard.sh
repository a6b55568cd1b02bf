# Ends the process groups named on standard input once that input closes: the writer is the process that started them,
# so however it died, kill -9 included, they do not outlive it.
#   guard PID    from now on
#   drop PID     no longer: it has ended, and its number may be given to a stranger
trap '' INT HUP TERM
groups=' '
while read -r verb pid; do
  case $verb in
    guard) groups="$groups$pid " ;;
    drop) case $groups in *" $pid "*) groups="${groups%%" $pid "*} ${groups#*" $pid "}" ;; esac ;;
  esac
done

some_alive() {
  for pid in $groups; do kill -0 "-$pid" 2>/dev/null && return 0; done
  return 1
}

for pid in $groups; do kill -TERM "-$pid" 2>/dev/null; done
tenths=0
while some_alive && [ $tenths -lt 50 ]; do
  sleep 0.1
  tenths=$((tenths + 1))
done
for pid in $groups; do kill -KILL "-$pid" 2>/dev/null; done
