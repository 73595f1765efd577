      *> STOCKD - answers enquiries about the stock of articles.
      *> A TP that is started for each conversation.
      *>
      *>   request  "ENQ " and an article number of 8 digits
      *>   reply    status 00, or 04: no such article; what it is
      *>            called, 20 characters; pieces, 7 digits
      *>
      *> Records are EBCDIC, as a mainframe sends them.
      *>
      *>   cobc -x -fstatic-call -I DIR stockd.cbl -lcpic
       IDENTIFICATION DIVISION.
       PROGRAM-ID. STOCKD.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
           COPY CMCOBOL.
       01  CONVERSATION-ID          PIC X(8).
       01  REQUESTED-LENGTH         PIC S9(9) COMP-5.
       01  RECEIVED-LENGTH          PIC S9(9) COMP-5.
       01  SEND-LENGTH              PIC S9(9) COMP-5.
       01  REQUEST.
           05  REQUEST-FUNCTION     PIC X(4).
           05  REQUEST-ARTICLE      PIC 9(8).
       01  REPLY.
           05  REPLY-STATUS         PIC 99.
           05  REPLY-NAME           PIC X(20).
           05  REPLY-PIECES         PIC 9(7).
       01  ARTICLES.
           05  PIC X(35) VALUE "00004711COPPER WIRE         0001250".
           05  PIC X(35) VALUE "00004712BRASS SCREWS        0048000".
           05  PIC X(35) VALUE "00004713DIFFERENCE ENGINE   0000002".
       01  REDEFINES ARTICLES.
           05  ARTICLE OCCURS 3 INDEXED BY I.
               10  ARTICLE-NUMBER   PIC 9(8).
               10  ARTICLE-NAME     PIC X(20).
               10  ARTICLE-PIECES   PIC 9(7).
       PROCEDURE DIVISION.
       MAIN.
           CALL "CMACCP" USING CONVERSATION-ID CM-RETCODE.
           IF NOT CM-OK
               PERFORM GIVE-UP
           END-IF.
           PERFORM RECEIVE-RECORD.
           PERFORM UNTIL CM-DEALLOCATED-NORMAL
               IF NOT CM-NO-DATA-RECEIVED
                   PERFORM LOOK-UP
               END-IF
               IF CM-SEND-RECEIVED
                   PERFORM SEND-REPLY
               END-IF
               PERFORM RECEIVE-RECORD
           END-PERFORM.
           STOP RUN.

      *> In the send state, Receive gives the turn to the partner.
       RECEIVE-RECORD.
           MOVE LENGTH OF REQUEST TO REQUESTED-LENGTH.
           CALL "CMRCV" USING CONVERSATION-ID REQUEST
               REQUESTED-LENGTH DATA-RECEIVED RECEIVED-LENGTH
               STATUS-RECEIVED REQUEST-TO-SEND-RECEIVED CM-RETCODE.
           IF NOT CM-OK AND NOT CM-DEALLOCATED-NORMAL
               PERFORM GIVE-UP
           END-IF.

       LOOK-UP.
           IF RECEIVED-LENGTH > 0
               CALL "CMCNVI" USING REQUEST RECEIVED-LENGTH CM-RETCODE
           END-IF.
           MOVE 4 TO REPLY-STATUS.
           MOVE SPACES TO REPLY-NAME.
           MOVE 0 TO REPLY-PIECES.
           IF RECEIVED-LENGTH = LENGTH OF REQUEST
                   AND REQUEST-FUNCTION = "ENQ "
               SET I TO 1
               SEARCH ARTICLE
                   WHEN ARTICLE-NUMBER(I) = REQUEST-ARTICLE
                       MOVE 0 TO REPLY-STATUS
                       MOVE ARTICLE-NAME(I) TO REPLY-NAME
                       MOVE ARTICLE-PIECES(I) TO REPLY-PIECES
               END-SEARCH
           END-IF.

       SEND-REPLY.
           MOVE LENGTH OF REPLY TO SEND-LENGTH.
           CALL "CMCNVO" USING REPLY SEND-LENGTH CM-RETCODE.
           CALL "CMSEND" USING CONVERSATION-ID REPLY SEND-LENGTH
               REQUEST-TO-SEND-RECEIVED CM-RETCODE.
           IF NOT CM-OK
               PERFORM GIVE-UP
           END-IF.

       GIVE-UP.
           DISPLAY "STOCKD: return code " CM-RETCODE UPON SYSERR.
           STOP RUN RETURNING 1.
