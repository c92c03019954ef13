"""One side of NTLM handshakes over the system's GSS-API: tokens in hexadecimal on stdin and stdout, one a line.

    peer.py accept   --mech ntlm|spnego [--binding HEX]
    peer.py initiate --mech ntlm|spnego [--binding HEX] --user NAME --target SERVICE@HOST [--flags N]

The accounts and passwords are in the file that NTLM_USER_FILE names. HEX is the application data of the channel
bindings. Each line read is one token ("-" is none); each line written is one of
    continue TOKEN
    done TOKEN FLAGS NAME
    error TOKEN TEXT
FLAGS are those of the context, in decimal; NAME is who logged on. After done and error the next line begins another handshake.
"""
import argparse
import sys

import gssapi
from gssapi.raw import ChannelBindings, set_neg_mechs

MECHS = {
    "ntlm": gssapi.OID.from_int_seq("1.3.6.1.4.1.311.2.2.10"),
    "spnego": gssapi.OID.from_int_seq("1.3.6.1.5.5.2"),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("side", choices=["accept", "initiate"])
    parser.add_argument("--mech", choices=MECHS, required=True)
    parser.add_argument("--binding")
    parser.add_argument("--user")
    parser.add_argument("--target", default="HTTP@localhost")
    parser.add_argument("--flags", type=int, default=0)
    options = parser.parse_args()
    bindings = None
    if options.binding:
        bindings = ChannelBindings(application_data=bytes.fromhex(options.binding))
    context = None
    for line in sys.stdin:
        token = bytes.fromhex(line.strip()) if line.strip() != "-" else None
        try:
            if context is None:
                context = begin(options, bindings)
            out = context.step(token)
            text = out.hex() if out else "-"
            if context.complete:
                print("done", text, int(context.actual_flags), context.initiator_name, flush=True)
                context = None
            else:
                print("continue", text, flush=True)
        except gssapi.exceptions.GSSError as error:
            sent = error.token.hex() if getattr(error, "token", None) else "-"
            print("error", sent, str(error).replace("\n", " "), flush=True)
            context = None


def begin(options, bindings):
    mech = MECHS[options.mech]
    if options.side == "accept":
        creds = gssapi.Credentials(usage="accept", mechs=[mech])
        if options.mech == "spnego":
            set_neg_mechs(creds, [MECHS["ntlm"]])
        return gssapi.SecurityContext(usage="accept", creds=creds, channel_bindings=bindings)
    name = gssapi.Name(options.user, gssapi.NameType.user)
    creds = gssapi.Credentials(name=name, usage="initiate", mechs=[MECHS["ntlm"]])
    target = gssapi.Name(options.target, gssapi.NameType.hostbased_service)
    return gssapi.SecurityContext(
        name=target, creds=creds, mech=mech, usage="initiate", flags=options.flags, channel_bindings=bindings
    )


main()
