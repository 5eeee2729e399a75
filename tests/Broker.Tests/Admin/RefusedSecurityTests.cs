using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker.Tests.Admin;

/// <summary>What Kafka answers about ACLs without an authorizer, and about tokens over PLAINTEXT.</summary>
public sealed class RefusedSecurityTests : IDisposable
{
    private readonly AdminRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public void Without_an_authorizer_there_are_no_acls_to_list()
    {
        DescribeAclsHandler handler = new(rig.Controller, rig.Authorizer);
        foreach (short version in AdminRig.VersionsOf(ApiKey.DescribeAcls))
        {
            DescribeAclsResponse response = AdminRig.Ask(
                handler,
                new DescribeAclsRequest { ResourceTypeFilter = 1, Operation = 1, PermissionType = 1 },
                version);
            Assert.Equal((short)ErrorCode.SecurityDisabled, response.ErrorCode);
            Assert.Equal("No Authorizer is configured on the broker", response.ErrorMessage);
            Assert.Empty(response.Resources);
        }
    }

    [Fact]
    public void Each_acl_to_add_and_each_filter_to_remove_by_is_refused()
    {
        foreach (short version in AdminRig.VersionsOf(ApiKey.CreateAcls))
        {
            CreateAclsResponse created = AdminRig.Ask(
                new CreateAclsHandler(rig.Controller, rig.Authorizer),
                new CreateAclsRequest { Creations = [new(), new()] },
                version);
            Assert.Equal(
                Enumerable.Repeat(((short)ErrorCode.SecurityDisabled, "No Authorizer is configured."), 2),
                created.Results.Select(result => (result.ErrorCode, result.ErrorMessage!)));
            DeleteAclsResponse deleted = AdminRig.Ask(
                new DeleteAclsHandler(rig.Controller, rig.Authorizer),
                new DeleteAclsRequest { Filters = [new(), new(), new()] },
                version);
            Assert.Equal(
                Enumerable.Repeat(((short)ErrorCode.SecurityDisabled, "No Authorizer is configured.", 0), 3),
                deleted.FilterResults.Select(
                    result => (result.ErrorCode, result.ErrorMessage!, result.MatchingAcls.Length)));
        }
    }

    [Fact]
    public void Who_may_not_change_the_cluster_is_told_that_first()
    {
        using AdminRig strict = new(new DenyAll());
        Assert.Equal(
            (short)ErrorCode.ClusterAuthorizationFailed,
            AdminRig.Ask(new DescribeAclsHandler(strict.Controller, strict.Authorizer), new(), 3).ErrorCode);
        CreateAclsResponse created = AdminRig.Ask(
            new CreateAclsHandler(strict.Controller, strict.Authorizer),
            new CreateAclsRequest { Creations = [new()] },
            3);
        Assert.Equal((short)ErrorCode.ClusterAuthorizationFailed, Assert.Single(created.Results).ErrorCode);
    }

    [Fact]
    public void Tokens_are_not_for_clients_that_nobody_knows()
    {
        const short refused = (short)ErrorCode.DelegationTokenRequestNotAllowed;
        foreach (short version in AdminRig.VersionsOf(ApiKey.CreateDelegationToken))
        {
            CreateDelegationTokenResponse created = AdminRig.Ask(
                new CreateDelegationTokenHandler(rig.Controller), new CreateDelegationTokenRequest(), version);
            Assert.Equal(
                (refused, "User", "ANONYMOUS", -1L),
                (created.ErrorCode, created.PrincipalType, created.PrincipalName, created.IssueTimestampMs));
            DescribeDelegationTokenResponse described = AdminRig.Ask(
                new DescribeDelegationTokenHandler(rig.Controller), new DescribeDelegationTokenRequest(), version);
            Assert.Equal((refused, 0), (described.ErrorCode, described.Tokens.Length));
        }

        foreach (short version in AdminRig.VersionsOf(ApiKey.RenewDelegationToken))
        {
            RenewDelegationTokenResponse renewed = AdminRig.Ask(
                new RenewDelegationTokenHandler(rig.Controller), new RenewDelegationTokenRequest(), version);
            Assert.Equal((refused, -1L), (renewed.ErrorCode, renewed.ExpiryTimestampMs));
            ExpireDelegationTokenResponse expired = AdminRig.Ask(
                new ExpireDelegationTokenHandler(rig.Controller), new ExpireDelegationTokenRequest(), version);
            Assert.Equal((refused, -1L), (expired.ErrorCode, expired.ExpiryTimestampMs));
        }
    }

    private sealed class DenyAll : IAuthorizer
    {
        public bool Allows(object? session, AclOperation operation, AclResourceType type, ReadOnlySpan<byte> name) =>
            false;
    }
}
