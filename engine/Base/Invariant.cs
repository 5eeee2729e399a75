using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Millrace.Base;

/// <summary>
/// Assertions that are always on. One that fails means that our own state is wrong, so that going on could damage data:
/// it ends what was being done, with a message. A client's fault never comes here.
/// </summary>
public static class Invariant
{
    /// <summary>
    /// Set once by a server's start: a failure then ends the process at once, whatever would have caught the exception.
    /// Tests and simulations leave it unset and see an <see cref="InvariantException"/>.
    /// </summary>
    public static bool EndsProcess { get; set; }

    /// <summary>
    /// Fails unless <paramref name="condition"/> holds. Costs one branch and no memory while it does.
    /// </summary>
    /// <param name="condition">What must be true.</param>
    /// <param name="message">What it means that it is not, for whoever reads the crash.</param>
    /// <param name="expression">Filled in by the compiler.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void That(
        [DoesNotReturnIf(false)] bool condition,
        string message,
        [CallerArgumentExpression(nameof(condition))] string expression = "")
    {
        if (!condition)
        {
            Fail(message, expression);
        }
    }

    /// <summary>As the other form, for a message with values in it, which are only looked at on failure.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void That(
        [DoesNotReturnIf(false)] bool condition,
        [InterpolatedStringHandlerArgument(nameof(condition))] ref FailureMessage message,
        [CallerArgumentExpression(nameof(condition))] string expression = "")
    {
        if (!condition)
        {
            Fail(message.ToStringAndClear(), expression);
        }
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fail(string message, string expression)
    {
        string whole = $"Invariant broken: {message} (expected: {expression})";
        if (EndsProcess)
        {
            Environment.FailFast(whole);
        }

        throw new InvariantException(whole);
    }

    /// <summary>Builds the message of a failed invariant; does nothing while the condition holds.</summary>
    [InterpolatedStringHandler]
    public ref struct FailureMessage
    {
        private DefaultInterpolatedStringHandler inner;

        public FailureMessage(int literalLength, int formattedCount, bool condition, out bool isWanted)
        {
            isWanted = !condition;
            inner = isWanted ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
        }

        public void AppendLiteral(string value) => inner.AppendLiteral(value);

        public void AppendFormatted<T>(T value) => inner.AppendFormatted(value);

        public void AppendFormatted<T>(T value, string? format) => inner.AppendFormatted(value, format);

        internal string ToStringAndClear() => inner.ToStringAndClear();
    }
}

/// <summary>Our own state is wrong. Nothing but the edge of a test or of a simulation may catch this.</summary>
public sealed class InvariantException(string message) : Exception(message);
