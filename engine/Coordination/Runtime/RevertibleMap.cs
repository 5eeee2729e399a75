using System.Diagnostics.CodeAnalysis;

namespace Millrace.Coordination.Runtime;

/// <summary>
/// A dictionary whose changes its <see cref="UndoLog"/> can take back. Owned by its partition's loop.
/// </summary>
public sealed class RevertibleMap<TKey, TValue>(UndoLog undo)
    where TKey : notnull
{
    private readonly Dictionary<TKey, TValue> entries = [];

    public int Count => entries.Count;

    public Dictionary<TKey, TValue>.KeyCollection Keys => entries.Keys;

    public Dictionary<TKey, TValue>.ValueCollection Values => entries.Values;

    public Dictionary<TKey, TValue>.Enumerator GetEnumerator() => entries.GetEnumerator();

    public bool ContainsKey(TKey key) => entries.ContainsKey(key);

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => entries.TryGetValue(key, out value);

    public void Set(TKey key, TValue value)
    {
        if (undo.IsRecording)
        {
            bool had = entries.TryGetValue(key, out TValue? old);
            undo.Add(new Step(this, key, old, had));
        }

        entries[key] = value;
    }

    public bool Remove(TKey key, [MaybeNullWhen(false)] out TValue removed)
    {
        if (!entries.Remove(key, out removed))
        {
            return false;
        }

        undo.Add(new Step(this, key, removed, Had: true));
        return true;
    }

    private sealed class Step(RevertibleMap<TKey, TValue> map, TKey key, TValue? old, bool Had) : UndoStep
    {
        public override void Undo()
        {
            if (Had)
            {
                map.entries[key] = old!;
            }
            else
            {
                map.entries.Remove(key);
            }
        }
    }
}
