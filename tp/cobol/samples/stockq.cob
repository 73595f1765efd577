*> STOCKQ - asks STOCKD for the stock of articles.
*>
*>   stockq DESTINATION ARTICLE ...
*>
*> Free form, and numbers of COMP-4, which are big-endian:
*>
*>   cobc -x -free -fstatic-call -I DIR stockq.cob -lcpiccob
identification division.
program-id. stockq.
data division.
working-storage section.
copy cmcobol replacing ==comp-5== by ==comp-4==.
01 conversation-id     pic x(8).
01 sym-dest-name       pic x(8).
01 send-length         pic s9(9) comp-4.
01 requested-length    pic s9(9) comp-4.
01 received-length     pic s9(9) comp-4.
01 arguments           pic s9(9) comp-5.
01 article             pic x(8).
01 request.
   05 request-function pic x(4).
   05 request-article  pic 9(8).
01 reply.
   05 reply-status     pic 99.
   05 reply-name       pic x(20).
   05 reply-pieces     pic 9(7).
01 pieces-shown        pic z(6)9.

procedure division.
    accept arguments from argument-number
    if arguments < 2
        display "usage: stockq DESTINATION ARTICLE ..." upon syserr
        stop run returning 2
    end-if
    accept sym-dest-name from argument-value
    call "CMINIT" using conversation-id sym-dest-name cm-retcode
    perform check-code
    call "CMALLC" using conversation-id cm-retcode
    perform check-code
    subtract 1 from arguments
    perform arguments times
        accept article from argument-value
        move function numval(article) to request-article
        perform ask
        perform show
    end-perform
    call "CMDEAL" using conversation-id cm-retcode
    perform check-code
    stop run.

ask.
    move "ENQ " to request-function
    move length of request to send-length
    call "CMCNVO" using request send-length cm-retcode
    call "CMSEND" using conversation-id request send-length request-to-send-received cm-retcode
    perform check-code
    *> Receive gives the turn to the partner; the turn comes back with the reply or after it.
    move length of reply to requested-length
    perform with test after until cm-send-received
        call "CMRCV" using conversation-id reply requested-length data-received received-length
            status-received request-to-send-received cm-retcode
        perform check-code
        if not cm-no-data-received
            call "CMCNVI" using reply received-length cm-retcode
        end-if
    end-perform.

show.
    if reply-status = 0
        move reply-pieces to pieces-shown
        display function trim(reply-name) ":" pieces-shown
    else
        display "no article " function trim(article)
    end-if.

check-code.
    if not cm-ok
        display "stockq: return code " cm-retcode upon syserr
        stop run returning 1
    end-if.
