using System.Text;

namespace Millrace.Protocol.Generator.Emitter;

/// <summary>C# text with its indentation.</summary>
internal sealed class CodeWriter(int indent = 0)
{
    private readonly StringBuilder text = new();
    private int indent = indent;

    public int Indent => indent;

    public bool IsEmpty => text.Length == 0;

    /// <summary>Writes one line, or an empty one.</summary>
    public void Line(string line = "")
    {
        if (line.Length > 0)
        {
            text.Append(' ', indent * 4).Append(line);
        }

        text.Append('\n');
    }

    /// <summary>Writes a line and opens a block under it.</summary>
    public void Open(string line)
    {
        Line(line);
        Line("{");
        indent++;
    }

    public void Close(string behind = "")
    {
        indent--;
        Line("}" + behind);
    }

    /// <summary>Appends what another writer of the same indentation holds.</summary>
    public void Append(CodeWriter other) => text.Append(other.text);

    public bool Mentions(string word) => text.ToString().Contains(word);

    public override string ToString() => text.ToString();
}
