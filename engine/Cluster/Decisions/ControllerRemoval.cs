using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>Decides UnregisterController.</summary>
public static class ControllerRemoval
{
    /// <param name="activeId">The controller that decides, which cannot take itself away.</param>
    public static Decision<UnregisterControllerResponse> Decide(
        UnregisterControllerRequest request, MetadataImage image, int activeId)
    {
        if (request.ControllerId == activeId)
        {
            return Refuse(ErrorCode.InvalidRequest, "Controller cannot unregister itself while it is active.");
        }

        if (!image.MetadataVersion.HasControllerRemoval)
        {
            return Refuse(
                ErrorCode.UnsupportedVersion,
                "The current MetadataVersion is too old to support controller unregistration.");
        }

        if (!image.Controllers.ContainsKey(request.ControllerId))
        {
            return Refuse(
                ErrorCode.ControllerIdNotRegistered,
                $"Controller ID {request.ControllerId} is not currently registered.");
        }

        UnregisterControllerRecord record = new() { ControllerId = request.ControllerId };
        return new([new MetadataRecord(record, 0)], new UnregisterControllerResponse { ErrorMessage = null });
    }

    private static Decision<UnregisterControllerResponse> Refuse(ErrorCode code, string message) =>
        new([], new UnregisterControllerResponse { ErrorCode = (short)code, ErrorMessage = message });
}
