using System.ComponentModel;

namespace System.Runtime.CompilerServices;

/// <summary>The compiler asks for this type to make init setters; netstandard2.0 has none.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
internal static class IsExternalInit;
