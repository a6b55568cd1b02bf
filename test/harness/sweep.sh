# Removes a folder, the first line of standard input, once that input closes: the writer is the test run that keeps its data
# there, so however it was interrupted, kill -9 included, nothing stays. A second line says that it was removed already.
# Guards take five seconds at most to end what still writes into it; until then it is removed again and again.
trap '' INT HUP TERM
read -r dir
[ -n "$dir" ] || exit 0
read -r _ && exit 0
halves=0
while [ $halves -lt 13 ]; do
  rm -rf "$dir" 2>/dev/null
  sleep 0.5
  halves=$((halves + 1))
done
rm -rf "$dir" 2>/dev/null
